package dev.freshet.pipeline.conduct;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers as Flink 2.2.1's REST API does, as far as the conductor asks; runs nothing. */
final class FakeFlink implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NOT_FOUND =
      """
      org.apache.flink.runtime.rest.handler.RestHandlerException: Job could not be found.
      \tat org.apache.flink.runtime.rest.handler.job.JobCancellationHandler.lambda$handleRequest$0(JobCancellationHandler.java:128)
      Caused by: org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job
      \t... 5 more
      """;

  /** A job that Flink knows; by default one that runs. */
  static final class Job {
    final String id;
    final String name;
    final long start;
    String state = "RUNNING";
    int parallelism = 2;
    @Nullable String completed;
    boolean discarded;
    @Nullable String restored;
    String failure = "";
    private boolean isCancelled;

    private Job(String id, String name, long start) {
      this.id = id;
      this.name = name;
      this.start = start;
    }
  }

  private final HttpServer server;
  private final Map<String, Job> jobs = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<String, String> jars = Collections.synchronizedMap(new LinkedHashMap<>());

  /** Bodies of {@code /jars/:id/run}. */
  final List<JsonNode> runs = Collections.synchronizedList(new ArrayList<>());

  /** What was uploaded, byte by byte a character. */
  final List<String> uploads = Collections.synchronizedList(new ArrayList<>());

  /** Paths of checkpoints that were to be deleted. */
  final List<String> disposed = Collections.synchronizedList(new ArrayList<>());

  /** What a job's main method throws, as a stack trace; empty while it throws nothing. */
  volatile String refusal = "";

  /** Answers everything with this page, as something between may; empty for Flink's answers. */
  volatile String page = "";

  FakeFlink() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** As if somebody had submitted it; later than all others. */
  Job add(String name, String state) {
    var job = new Job("%032x".formatted(jobs.size() + 1), name, jobs.size() + 1);
    job.state = state;
    jobs.put(job.id, job);
    return job;
  }

  Job job(String name) {
    return jobs.values().stream()
        .filter(job -> job.name.equals(name))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  /** As a JobManager that restarts without high availability. */
  void forgetEverything() {
    jobs.clear();
    jars.clear();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (!page.isEmpty()) {
        send(exchange, 502, page);
        return;
      }
      String path = exchange.getRequestURI().getPath();
      String call = exchange.getRequestMethod() + " " + path;
      String id = path.replaceFirst("/(jobs|jars)/([^/]*).*", "$2");
      if (call.equals("GET /jobs/overview")) {
        send(exchange, 200, overview());
      } else if (call.equals("GET /jars")) {
        send(exchange, 200, listJars());
      } else if (call.equals("POST /jars/upload")) {
        send(exchange, 200, upload(exchange, new String(body, ISO_8859_1)));
      } else if (call.matches("POST /jars/[^/]+/run")) {
        run(exchange, id, JSON.readTree(body));
      } else if (call.matches("PATCH /jobs/[0-9a-f]{32}")) {
        cancel(exchange, id);
      } else if (call.matches("GET /jobs/[0-9a-f]{32}/checkpoints")) {
        send(exchange, 200, checkpoints(Objects.requireNonNull(jobs.get(id))));
      } else if (call.matches("GET /jobs/[0-9a-f]{32}/config")) {
        send(exchange, 200, config(Objects.requireNonNull(jobs.get(id))));
      } else if (call.matches("GET /jobs/[0-9a-f]{32}/exceptions")) {
        send(exchange, 200, exceptions(Objects.requireNonNull(jobs.get(id))));
      } else if (call.equals("POST /savepoint-disposal")) {
        disposed.add(JSON.readTree(body).required("savepoint-path").asText());
        send(exchange, 202, JSON.createObjectNode().put("request-id", "d"));
      } else {
        send(exchange, 404, errors("Not found: " + path));
      }
    }
  }

  private ObjectNode overview() {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode array = answer.putArray("jobs");
    for (Job job : jobs.values()) {
      array
          .addObject()
          .put("jid", job.id)
          .put("name", job.name)
          .put("start-time", job.start)
          .put("end-time", -1)
          .put("duration", 1)
          .put("state", job.state)
          .put("last-modification", job.start)
          .put("pending-operators", 0);
      // Ends by the next look.
      if (job.isCancelled) {
        job.state = "CANCELED";
      }
    }
    return answer;
  }

  private ObjectNode listJars() {
    ObjectNode answer = JSON.createObjectNode().put("address", uri().toString());
    ArrayNode files = answer.putArray("files");
    jars.forEach(
        (id, name) -> {
          ObjectNode file = files.addObject().put("id", id).put("name", name).put("uploaded", 1);
          file.putArray("entry").addObject().put("name", "Main").putNull("description");
        });
    return answer;
  }

  private ObjectNode upload(HttpExchange exchange, String body) {
    String boundary =
        exchange.getRequestHeaders().getFirst("Content-Type").replaceFirst(".*boundary=", "");
    Matcher part =
        Pattern.compile(
                "--"
                    + boundary
                    + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"([^\"]+)\"\r\n"
                    + "Content-Type: application/x-java-archive\r\n\r\n(.*)\r\n--"
                    + boundary
                    + "--\r\n",
                Pattern.DOTALL)
            .matcher(body);
    if (!part.matches()) {
      throw new AssertionError("no form of one jar: " + body);
    }
    uploads.add(part.group(2));
    String id = "%08d_%s".formatted(uploads.size(), part.group(1));
    jars.put(id, part.group(1));
    return JSON.createObjectNode()
        .put("filename", "/tmp/flink-web/flink-web-upload/" + id)
        .put("status", "success");
  }

  private void run(HttpExchange exchange, String jar, JsonNode request) throws IOException {
    runs.add(request);
    if (!jars.containsKey(jar)) {
      send(
          exchange,
          500,
          errors(
              "Internal server error.",
              "<Exception on server side:\njava.util.concurrent.CompletionException: x\n\tat y\nCaused by: org.apache.flink.runtime.rest.handler.RestHandlerException: Jar file /tmp/%s does not exist\n\t... 51 more\n\nEnd of exception on server side>"
                  .formatted(jar)));
      return;
    }
    if (!refusal.isEmpty()) {
      send(exchange, 400, errors(refusal));
      return;
    }
    String generation = request.required("programArgsList").get(1).asText();
    Job job = add("freshet-index-" + generation, "INITIALIZING");
    job.parallelism = request.required("parallelism").asInt();
    send(exchange, 200, JSON.createObjectNode().put("jobid", job.id));
  }

  private void cancel(HttpExchange exchange, String id) throws IOException {
    Job job = jobs.get(id);
    if (job == null || !"mode=cancel".equals(exchange.getRequestURI().getQuery())) {
      send(exchange, 404, errors(NOT_FOUND));
      return;
    }
    job.state = "CANCELLING";
    job.isCancelled = true;
    send(exchange, 202, JSON.createObjectNode());
  }

  private static ObjectNode checkpoints(Job job) {
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode latest = answer.putObject("latest");
    if (job.completed == null) {
      latest.putNull("completed");
    } else {
      latest
          .putObject("completed")
          .put("className", "completed")
          .put("id", 4)
          .put("status", "COMPLETED")
          .put("is_savepoint", false)
          .put("external_path", job.completed)
          .put("discarded", job.discarded);
    }
    latest.putNull("savepoint").putNull("failed");
    if (job.restored == null) {
      latest.putNull("restored");
    } else {
      latest
          .putObject("restored")
          .put("id", 3)
          .put("restore_timestamp", 1)
          .put("is_savepoint", false)
          .put("external_path", job.restored);
    }
    answer.putArray("history");
    return answer;
  }

  private static ObjectNode config(Job job) {
    ObjectNode answer = JSON.createObjectNode().put("jid", job.id).put("name", job.name);
    answer
        .putObject("execution-config")
        .put("restart-strategy", "Cluster level default restart strategy")
        .put("job-parallelism", job.parallelism)
        .put("object-reuse-mode", true)
        .putObject("user-config");
    return answer;
  }

  private static ObjectNode exceptions(Job job) {
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode history = answer.putObject("exceptionHistory");
    ArrayNode entries = history.putArray("entries");
    if (!job.failure.isEmpty()) {
      entries.addObject().put("exceptionName", "E").put("stacktrace", job.failure);
    }
    history.put("truncated", false);
    return answer;
  }

  private static ObjectNode errors(String... errors) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode array = answer.putArray("errors");
    for (String error : errors) {
      array.add(error);
    }
    return answer;
  }

  private static void send(HttpExchange exchange, int status, ObjectNode answer)
      throws IOException {
    send(exchange, status, answer.toString());
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
