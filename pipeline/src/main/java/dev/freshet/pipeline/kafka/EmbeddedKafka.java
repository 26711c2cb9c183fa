package dev.freshet.pipeline.kafka;

import dev.freshet.pipeline.config.InvalidConfigException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker and its controller (KRaft) in this JVM, on loopback, with its log in a folder
 * that survives restarts and {@code kill -9}. One owner; start and close from one thread.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final String HOST = "127.0.0.1";
  private static final int NODE = 1;
  private static final Pattern PARTITION_FOLDER = Pattern.compile("(.+)-\\d+");

  /** Base64 of 16 bytes. The same for every folder: formatting again must find its own. */
  private static final String CLUSTER_ID = "RnJlc2hldEVtYmVkZGVkMQ";

  private final KafkaRaftServer server;
  private final int port;
  private final CompletableFuture<String> death;

  private EmbeddedKafka(KafkaRaftServer server, int port, CompletableFuture<String> death) {
    this.server = server;
    this.port = port;
    this.death = death;
  }

  private static void died(CompletableFuture<String> death, @Nullable String message) {
    LOG.error("Kafka gave up: {}", message);
    death.complete(
        "the embedded Kafka broker gave up%s; a full disk is the usual reason"
            .formatted(message == null ? "" : " (" + message + ")"));
  }

  /**
   * Starts the broker; it takes requests when this returns.
   *
   * @param directory holds the broker's log and its ports
   * @param wantedPort the broker's port; 0 for the one it had last, or a free one
   * @throws InvalidConfigException when the port is taken
   */
  public static EmbeddedKafka start(Path directory, int wantedPort) throws IOException {
    Files.createDirectories(directory);
    Ports ports = Ports.choose(directory.resolve("ports.properties"), wantedPort);
    Path logs = directory.resolve("log");
    format(logs);
    // A broker in trouble halts its JVM by default; here the JVM is not its own.
    var death = new CompletableFuture<String>();
    Exit.setHaltProcedure((status, message) -> died(death, message));
    Exit.setExitProcedure((status, message) -> died(death, message));
    var server = new KafkaRaftServer(new KafkaConfig(settings(ports, logs), false), Time.SYSTEM);
    try {
      server.startup();
    } catch (RuntimeException e) {
      server.shutdown();
      throw new IOException("the embedded Kafka broker did not start: " + e.getMessage(), e);
    }
    return new EmbeddedKafka(server, ports.broker(), death);
  }

  /**
   * The topics of a broker that is down, as far as its folder tells.
   *
   * @param directory as for {@link #start}
   */
  public static Set<String> topics(Path directory) throws IOException {
    Path logs = directory.resolve("log");
    if (!Files.isDirectory(logs)) {
      return Set.of();
    }
    // A folder a partition: its topic, a dash, its number. That of a deleted topic ends otherwise.
    try (Stream<Path> folders = Files.list(logs)) {
      return folders
          .map(folder -> PARTITION_FOLDER.matcher(String.valueOf(folder.getFileName())))
          .filter(Matcher::matches)
          .map(folder -> folder.group(1))
          .collect(Collectors.toSet());
    }
  }

  /** Host and port for clients. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /** Completes with a sentence when the broker cannot go on. */
  public CompletableFuture<String> death() {
    return death;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static void format(Path logs) throws IOException {
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(NODE)
          .setClusterId(CLUSTER_ID)
          .addDirectory(logs.toString())
          .setMetadataLogDirectory(logs.toString())
          .setControllerListenerName("CONTROLLER")
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new IOException("cannot prepare the Kafka log in " + logs + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, String> settings(Ports ports, Path logs) {
    var settings = new HashMap<String, String>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE));
    settings.put("controller.quorum.voters", NODE + "@" + HOST + ":" + ports.controller());
    settings.put(
        "listeners",
        "BROKER://%s:%d,CONTROLLER://%s:%d"
            .formatted(HOST, ports.broker(), HOST, ports.controller()));
    settings.put("advertised.listeners", "BROKER://" + HOST + ":" + ports.broker());
    settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "BROKER");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("log.dirs", logs.toString());
    settings.put("auto.create.topics.enable", "false");
    // One node is all there is.
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("controlled.shutdown.enable", "false");
    // After a kill the controller waits for the old broker's session to end: 9 s by default.
    settings.put("broker.session.timeout.ms", "1500");
    settings.put("broker.heartbeat.interval.ms", "300");
    // The positions of a job must outlast a quiet year.
    settings.put("offsets.retention.minutes", Long.toString(Duration.ofDays(3650).toMinutes()));
    // Sized for one machine that has other things to do.
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "2");
    settings.put("log.cleaner.dedupe.buffer.size", "16777216");
    settings.put("log.index.size.max.bytes", "1048576");
    settings.put("log.segment.bytes", "268435456");
    return settings;
  }

  /** The broker hides the port that it binds, so ports are chosen before it starts. */
  private record Ports(int broker, int controller) {

    static Ports choose(Path file, int wantedBroker) throws IOException {
      var last = new Properties();
      if (Files.exists(file)) {
        try (var in = Files.newInputStream(file)) {
          last.load(in);
        }
      }
      int broker = wantedBroker;
      if (broker == 0) {
        broker = freeOr(Integer.parseInt(last.getProperty("broker", "0")));
      } else if (!free(broker)) {
        throw new InvalidConfigException(
            "port %d for the embedded Kafka broker is in use: stop what uses it, or choose another with --set embedded.kafkaPort=PORT (0 takes a free one)"
                .formatted(broker));
      }
      int controller = freeOr(Integer.parseInt(last.getProperty("controller", "0")));
      while (controller == broker) {
        controller = freeOr(0);
      }
      var chosen = new Properties();
      chosen.setProperty("broker", Integer.toString(broker));
      chosen.setProperty("controller", Integer.toString(controller));
      try (var out = Files.newOutputStream(file)) {
        chosen.store(out, null);
      }
      return new Ports(broker, controller);
    }

    private static int freeOr(int preferred) throws IOException {
      if (preferred != 0 && free(preferred)) {
        return preferred;
      }
      try (var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
        return socket.getLocalPort();
      }
    }

    private static boolean free(int port) throws IOException {
      var address = InetAddress.getByName(HOST);
      try (var socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(address, port), 1);
        return true;
      } catch (IOException e) {
        return false;
      }
    }
  }
}
