package dev.freshet.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A Flink session cluster as docker/README.md describes it: JobManager and TaskManager in processes
 * of their own, with our additions in {@code lib/}, and Flink's command line to submit with.
 */
final class FlinkCluster implements AutoCloseable {
  static final int SLOTS = 2;

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What Flink's scripts pass to every JVM, as far as it is needed here. */
  private static final List<String> OPENED =
      List.of("java.lang", "java.net", "java.io", "java.nio", "java.util", "java.util.concurrent");

  /** Flink's scripts compute these; a TaskManager that is started without them wants each set. */
  private static final List<String> MEMORY =
      List.of(
          "taskmanager.cpu.cores=2",
          "taskmanager.memory.task.heap.size=512m",
          "taskmanager.memory.task.off-heap.size=1g",
          "taskmanager.memory.network.min=64m",
          "taskmanager.memory.network.max=64m",
          "taskmanager.memory.managed.size=16m",
          "taskmanager.memory.framework.heap.size=128m",
          "taskmanager.memory.framework.off-heap.size=128m",
          "taskmanager.memory.jvm-metaspace.size=256m",
          "taskmanager.memory.jvm-overhead.min=192m",
          "taskmanager.memory.jvm-overhead.max=192m");

  private final Path folder;
  private final URI rest;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Process> nodes = new ArrayList<>();

  private FlinkCluster(Path folder, URI rest) {
    this.folder = folder;
    this.rest = rest;
  }

  /** Starts both processes; returns when the TaskManager's slots can be used. */
  static FlinkCluster start(Path folder) throws Exception {
    Files.createDirectories(folder.resolve("tmp"));
    int restPort = freePort();
    Files.writeString(folder.resolve("config.yaml"), configuration(folder, restPort, freePort()));
    Files.writeString(
        folder.resolve("logback.xml"),
        """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d{HH:mm:ss} %-5level %logger{30} %msg%n</pattern></encoder>
          </appender>
          <root level="INFO"><appender-ref ref="out"/></root>
        </configuration>
        """);
    var cluster = new FlinkCluster(folder, URI.create("http://127.0.0.1:" + restPort));
    try {
      cluster.nodes.add(
          cluster.jvm(
              "jobmanager",
              "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
              "--configDir",
              folder.toString()));
      var arguments = new ArrayList<>(List.of("--configDir", folder.toString()));
      MEMORY.forEach(setting -> arguments.addAll(List.of("-D", setting)));
      cluster.nodes.add(
          cluster.jvm(
              "taskmanager",
              "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
              arguments.toArray(String[]::new)));
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> cluster.get("/overview").path("slots-total").asInt() == SLOTS);
      return cluster;
    } catch (Exception | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private static String configuration(Path folder, int restPort, int rpcPort) {
    return """
        jobmanager.rpc.address: 127.0.0.1
        jobmanager.rpc.port: %d
        jobmanager.bind-host: 127.0.0.1
        rest.address: 127.0.0.1
        rest.bind-address: 127.0.0.1
        rest.port: %d
        taskmanager.host: 127.0.0.1
        taskmanager.bind-host: 127.0.0.1
        taskmanager.numberOfTaskSlots: %d
        io.tmp.dirs: %s
        classloader.parent-first-patterns.additional: ai.djl.;dev.freshet.model.
        state.backend.type: hashmap
        execution.checkpointing.dir: %s
        execution.checkpointing.interval: 1s
        execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION
        """
        .formatted(
            rpcPort, restPort, SLOTS, folder.resolve("tmp"), folder.resolve("checkpoints").toUri());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Where the jobs leave their checkpoints. */
  Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  /** {@code flink run -d} with these options, of the job jar with these arguments; the job's id. */
  String run(List<String> options, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of("run", "-d"));
    all.addAll(options);
    all.add(ClusterClassPath.jobJar().toString());
    all.addAll(Arrays.asList(arguments));
    String output = flink(all);
    Matcher submitted = Pattern.compile("submitted with JobID (\\w+)").matcher(output);
    if (!submitted.find()) {
      throw new AssertionError("not submitted:\n" + output);
    }
    String job = submitted.group(1);
    await().atMost(PATIENCE).until(() -> state(job).equals("RUNNING"));
    return job;
  }

  /** {@code flink cancel}; returns when the job has ended. */
  void cancel(String job) throws Exception {
    flink(List.of("cancel", job));
    await().atMost(PATIENCE).until(() -> state(job).equals("CANCELED"));
  }

  /** Where its REST API answers. */
  URI rest() {
    return rest;
  }

  /** The ids of all jobs of a name that are in a state, the newest first. */
  List<String> jobs(String name, String state) throws Exception {
    return StreamSupport.stream(get("/jobs/overview").path("jobs").spliterator(), false)
        .filter(
            job ->
                job.path("name").asText().equals(name) && job.path("state").asText().equals(state))
        .sorted(Comparator.comparing((JsonNode job) -> job.path("start-time").asLong()).reversed())
        .map(job -> job.path("jid").asText())
        .toList();
  }

  /** The checkpoint that a job started from; empty where it started from the beginning. */
  String restored(String job) throws Exception {
    return get("/jobs/%s/checkpoints".formatted(job)).at("/latest/restored/external_path").asText();
  }

  /** How many jars were uploaded. */
  int jars() throws Exception {
    return get("/jars").path("files").size();
  }

  String state(String job) throws Exception {
    return get("/jobs/" + job).path("state").asText();
  }

  /** The parallelism of the job's widest step. */
  int parallelism(String job) throws Exception {
    int widest = 0;
    for (JsonNode step : get("/jobs/" + job).path("vertices")) {
      widest = Math.max(widest, step.path("parallelism").asInt());
    }
    return widest;
  }

  /** What a node has logged, for messages of tests that fail. */
  String log(String node) throws IOException {
    return Files.readString(folder.resolve(node + ".log"));
  }

  private String flink(List<String> arguments) throws Exception {
    String name = "flink-" + arguments.get(0);
    Process client =
        jvm(name, "org.apache.flink.client.cli.CliFrontend", arguments.toArray(String[]::new));
    boolean ended = client.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    client.destroyForcibly();
    String output = log(name);
    if (!ended || client.exitValue() != 0) {
      throw new AssertionError("flink " + String.join(" ", arguments) + ":\n" + output);
    }
    return output;
  }

  private Process jvm(String name, String mainClass, String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx640m",
                "-Dlogback.configurationFile=" + folder.resolve("logback.xml")));
    OPENED.forEach(opened -> command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED"));
    command.add("-cp");
    command.add(
        ClusterClassPath.lib().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    Stream.concat(Stream.of(mainClass), Arrays.stream(arguments)).forEach(command::add);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve(name + ".log").toFile());
    // Another folder than the test's: nothing may depend on where a node was started.
    builder.directory(folder.toFile());
    builder.environment().put("FLINK_CONF_DIR", folder.toString());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("FRESHET_"));
    return builder.start();
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(rest.resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString(UTF_8));
    return JSON.readTree(answer.body());
  }

  @Override
  public void close() {
    nodes.forEach(Process::destroyForcibly);
  }
}
