package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EngineInfo;
import dev.freshet.model.encoder.Priority;
import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.kafka.KafkaClients;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code freshet doctor}: tries what a start would need, one thing after the other. */
@Command(
    name = "doctor",
    description = "Say what would fail, before it does: Java, engine, model, disk, ports, Kafka.")
final class DoctorCommand implements Callable<Integer> {
  private static final long KAFKA_SECONDS = 5;
  private static final long ENCODE_SECONDS = 60;
  private static final long MIB = 1 << 20;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--kafka",
      description = "For serve: try kafka.bootstrapServers, which up has no use for.")
  private boolean kafka;

  @Spec private CommandSpec spec = CommandSpec.create();

  private boolean healthy = true;

  /** One thing to try: what was found, or an exception that says what is wrong. */
  private interface Check {
    String run() throws Exception;
  }

  @Override
  public Integer call() {
    FreshetConfig config = options.load();
    check("java", DoctorCommand::java);
    check("memory", DoctorCommand::memory);
    check("engine", DoctorCommand::engine);
    check("model", () -> model(config));
    check("data", () -> data(config.dataDir()));
    check("http", () -> port(config.serve().host(), config.serve().port(), "--port"));
    check(
        "broker",
        () -> port("127.0.0.1", config.embedded().kafkaPort(), "--set embedded.kafkaPort"));
    if (kafka) {
      check("kafka", () -> kafka(config.kafka()));
    } else {
      check(
          "settings",
          () -> {
            EmbeddedSettings.check(config);
            return "none that up cannot follow";
          });
    }
    return healthy ? Freshet.DONE : Freshet.FAILED;
  }

  private void check(String name, Check check) {
    PrintWriter out = spec.commandLine().getOut();
    Ansi ansi = spec.commandLine().getColorScheme().ansi();
    try {
      String found = check.run();
      out.printf("%s %-8s %s%n", ansi.string("@|green ok  |@"), name, found);
    } catch (Exception | LinkageError e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      healthy = false;
      String problem = e.getMessage() == null ? e.toString() : e.getMessage();
      out.printf("%s %-8s %s%n", ansi.string("@|red FAIL|@"), name, problem);
    }
    out.flush();
  }

  private static String java() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      throw new IllegalStateException(
          "the SIMD module is missing: start with --add-modules jdk.incubator.vector, as ./freshet does");
    }
    return "%s %s, %s, %d processors"
        .formatted(
            System.getProperty("java.vm.name"),
            Runtime.version(),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors());
  }

  private static String memory() {
    return "%,d MiB of heap at most (FRESHET_JAVA_OPTS=-Xmx..., in a container JDK_JAVA_OPTIONS, for another limit)"
        .formatted(Runtime.getRuntime().maxMemory() / MIB);
  }

  private static String engine() {
    EngineInfo engine = EngineInfo.probe();
    return "%s %s, %s"
        .formatted(
            engine.name(),
            engine.version(),
            engine.cuda() ? engine.gpus() + " GPUs" : "built for the CPU");
  }

  private static String model(FreshetConfig config) throws Exception {
    try (Encoder encoder = Models.acquire(config, Side.QUERY)) {
      float[] vector =
          encoder
              .encode(encoder.tokenizeQuery("Is anybody there?"), Priority.QUERY)
              .get(ENCODE_SECONDS, TimeUnit.SECONDS);
      return "%s; %d dimensions".formatted(encoder.description(), vector.length);
    }
  }

  private static String data(Path folder) throws Exception {
    boolean there = Files.exists(folder);
    try (DataDirectory data = DataDirectory.lock(folder)) {
      long free = Files.getFileStore(data.root()).getUsableSpace();
      if (!there) {
        Files.delete(data.root().resolve("lock"));
        Files.delete(data.root());
      }
      return "%s%s, %,d MiB free"
          .formatted(data.root(), there ? "" : " (would be created)", free / MIB);
    }
  }

  private static String port(String host, int port, String option) {
    if (port == 0) {
      return "a free port will be taken";
    }
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, port));
      return host + ":" + port + " is free";
    } catch (java.io.IOException e) {
      throw new IllegalStateException(
          "%s:%d cannot be used (%s): choose another with %s"
              .formatted(host, port, e.getMessage(), option),
          e);
    }
  }

  private static String kafka(KafkaConfig config) throws Exception {
    Properties properties = KafkaClients.properties(config);
    properties.put("default.api.timeout.ms", Long.toString(KAFKA_SECONDS * 1000));
    properties.put("request.timeout.ms", Long.toString(KAFKA_SECONDS * 1000));
    try (Admin admin = KafkaClients.admin(config, properties)) {
      int nodes = admin.describeCluster().nodes().get(KAFKA_SECONDS + 1, TimeUnit.SECONDS).size();
      return "%s answers, %d brokers".formatted(config.bootstrapServers(), nodes);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(
          config.bootstrapServers()
              + " does not answer within "
              + KAFKA_SECONDS
              + " s: check kafka.bootstrapServers and kafka.properties",
          e);
    }
  }
}
