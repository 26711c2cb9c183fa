package dev.freshet.tests;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.registry.GenerationPublisher;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A broker that stays, and beside it the parts of Freshet as processes that can be killed: they
 * find each other at the same addresses again.
 */
final class Parts implements AutoCloseable {
  /** A part, and the command that runs it. */
  enum Part {
    NODE("serve"),
    CONDUCTOR("conduct"),
    TUNER("job", "tune");

    private final List<String> command;

    Part(String... command) {
      this.command = List.of(command);
    }
  }

  private final Path folder;
  private final List<String> settings;
  private final int port;
  private final EmbeddedKafka kafka;
  private final Map<Part, FreshetProcess> running = new EnumMap<>(Part.class);

  private Parts(Path folder, List<String> settings, int port, EmbeddedKafka kafka) {
    this.folder = folder;
    this.settings = settings;
    this.port = port;
    this.kafka = kafka;
  }

  /**
   * Starts the broker alone.
   *
   * @param settings of every part, {@code path=value}
   */
  static Parts beside(Path folder, String... settings) throws Exception {
    try (var free = new ServerSocket(0)) {
      EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
      return new Parts(folder, List.of(settings), free.getLocalPort(), kafka);
    }
  }

  /** Starts a part; a node is waited for. */
  void start(Part part) throws Exception {
    var arguments = new ArrayList<>(part.command);
    arguments.addAll(List.of("--data-dir", data(part).toString()));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    shared().forEach((path, value) -> arguments.addAll(List.of("--set", path + "=" + value)));
    if (part == Part.NODE) {
      arguments.addAll(List.of("--port", Integer.toString(port)));
    }
    if (part == Part.CONDUCTOR) {
      arguments.addAll(List.of("--set", "conduct.nodes=" + node()));
    }
    FreshetProcess process = FreshetProcess.start(folder, arguments.toArray(String[]::new));
    running.put(part, process);
    if (part == Part.NODE) {
      process.awaitReady();
    }
  }

  /** {@code kill -9}, and a start right after it. */
  void killAndStart(Part part) throws Exception {
    running.get(part).kill();
    start(part);
  }

  FreshetClient client() {
    return new FreshetClient(node());
  }

  private URI node() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Where a part keeps what it needs. */
  Path data(Part part) {
    return folder.resolve(part.command.get(part.command.size() - 1));
  }

  /** Where module checkpoints are published. */
  Path registry() {
    return folder.resolve("registry");
  }

  private Map<String, String> shared() {
    return Map.of(
        "kafka.bootstrapServers",
        kafka.bootstrapServers(),
        "registry.location",
        registry().toString());
  }

  /**
   * Publishes modules as the next generation.
   *
   * @return its number
   */
  int publish(int seed) {
    return new GenerationPublisher(ConfigLoader.load(null, Map.of(), shared()), Clock.systemUTC())
        .publish(Checkpoints.write(folder, seed, ModuleSides.SHARED))
        .generation();
  }

  @Override
  public void close() throws IOException {
    running.values().forEach(FreshetProcess::close);
    kafka.close();
  }
}
