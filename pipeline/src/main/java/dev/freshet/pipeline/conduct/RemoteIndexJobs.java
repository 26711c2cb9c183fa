package dev.freshet.pipeline.conduct;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.index.IndexJob;
import dev.freshet.pipeline.index.JobArguments;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Index jobs in a Flink session cluster, through its REST API. They are known by their names, also
 * those that somebody else submitted; two Freshets in one cluster need different topic prefixes.
 *
 * <p>A job starts from the newest checkpoint that its last run left, as far as the JobManager still
 * knows of it: for an hour by default ({@code jobstore.expiration-time}), and not after a restart.
 * Otherwise it starts from the beginning, which takes its time and breaks nothing, since writes are
 * idempotent. Which settings a job gets is said in {@link JobArguments}.
 *
 * <p>Used by one thread.
 */
public final class RemoteIndexJobs implements IndexJobs {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteIndexJobs.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 100;

  /** Before what failed is tried again: each try costs the JobManager a class loader. */
  static final Duration PAUSE = Duration.ofSeconds(10);

  /** One submission of a job. */
  private record Run(String id, String name, String state, long startMillis) {
    /** Also one that Flink restarts, or that waits for slots. */
    boolean isLive() {
      return !state.equals("FINISHED") && !state.equals("CANCELED") && !state.equals("FAILED");
    }
  }

  /** When this process last submitted a job, and how that failed. */
  private record Attempt(Instant time, @Nullable RuntimeException failure) {}

  private final FlinkRest rest;
  private final UploadedJar jar;
  private final FreshetConfig config;
  private final Topics topics;
  private final InstantSource clock;
  private final Map<Integer, Attempt> attempts = new HashMap<>();

  /** By run, why Flink last restarted it. */
  private final Map<String, String> told = new HashMap<>();

  /**
   * @param config with {@code conduct.flink} and {@code conduct.jobJar}; the cluster is not asked
   *     yet
   * @throws InvalidConfigException when the job jar cannot be read
   */
  public RemoteIndexJobs(FreshetConfig config, InstantSource clock) {
    URI flink = config.conduct().flinkUri();
    Path file = config.conduct().jobJar();
    if (flink == null || file == null || !Files.isReadable(file) || Files.isDirectory(file)) {
      throw new InvalidConfigException(
          "conduct.jobJar is %s, which is no file that can be read: name freshet-pipeline-*-job.jar, which ./freshet mvn -Pcluster -DskipTests package makes"
              .formatted(file));
    }
    this.config = config;
    this.clock = clock;
    topics = new Topics(config.kafka().topicPrefix());
    rest = new FlinkRest(flink);
    jar = new UploadedJar(rest, file);
  }

  /** {@inheritDoc} One that failed a moment ago counts too: it is started again after a while. */
  @Override
  public Set<Integer> running() {
    Set<Integer> running = new HashSet<>();
    Map<Integer, List<Run>> runs = runs();
    runs.forEach(
        (generation, own) -> {
          boolean isLive = own.stream().anyMatch(Run::isLive);
          if (isLive || (own.get(0).state().equals("FAILED") && isPausing(generation))) {
            running.add(generation);
          }
        });
    List<Run> all = runs.values().stream().flatMap(List::stream).toList();
    told.keySet().retainAll(all.stream().map(Run::id).toList());
    all.forEach(this::tellOfRestarts);
    return running;
  }

  /** By generation all runs of its job that the JobManager knows, the newest first. */
  private Map<Integer, List<Run>> runs() {
    Map<Integer, List<Run>> runs = new TreeMap<>();
    for (JsonNode job : rest.get("/jobs/overview").path("jobs")) {
      String name = job.path("name").asText();
      OptionalInt generation = IndexJob.generation(topics, name);
      if (generation.isPresent()) {
        runs.computeIfAbsent(generation.getAsInt(), number -> new ArrayList<>())
            .add(
                new Run(
                    job.path("jid").asText(),
                    name,
                    job.path("state").asText(),
                    job.path("start-time").asLong()));
      }
    }
    runs.values().forEach(own -> own.sort(Comparator.comparingLong(Run::startMillis).reversed()));
    return runs;
  }

  private List<Run> runs(int generation) {
    return runs().getOrDefault(generation, List.of());
  }

  private boolean isPausing(int generation) {
    Attempt last = attempts.get(generation);
    return last != null && clock.instant().isBefore(last.time().plus(PAUSE));
  }

  /**
   * {@inheritDoc} Without effect where one runs. After a failure it is not tried again for {@link
   * #PAUSE}: the same failure is thrown once more.
   */
  @Override
  public void start(int generation) {
    Attempt last = attempts.get(generation);
    if (last != null && last.failure() != null && isPausing(generation)) {
      throw last.failure();
    }
    List<Run> before = runs(generation);
    if (before.stream().anyMatch(Run::isLive)) {
      return;
    }
    RuntimeException failure = null;
    try {
      submit(generation, before);
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    } finally {
      attempts.put(generation, new Attempt(clock.instant(), failure));
    }
  }

  private void submit(int generation, List<Run> before) {
    String name = IndexJob.name(topics, generation);
    if (!before.isEmpty() && before.get(0).state().equals("FAILED")) {
      LOG.warn("{} has failed: {}", name, failure(before.get(0)));
    }
    String checkpoint = checkpoint(before);
    ObjectNode request = JSON.createObjectNode().put("parallelism", config.index().parallelism());
    ArrayNode arguments = request.putArray("programArgsList");
    JobArguments.of(config, generation).forEach(arguments::add);
    if (checkpoint != null) {
      // Claimed: the job deletes it when it has a newer one.
      request.put("savepointPath", checkpoint).put("claimMode", "CLAIM");
    }
    LOG.info("{} starts from {}", name, checkpoint == null ? "the beginning" : checkpoint);
    rest.post("/jars/%s/run".formatted(jar.id()), request);
  }

  /** Flink restarts a job for ever, and nobody would know why a generation does not come on. */
  private void tellOfRestarts(Run run) {
    if (!run.state().equals("RESTARTING")) {
      return;
    }
    try {
      String why = failure(run);
      if (!why.equals(told.put(run.id(), why))) {
        LOG.warn("Flink restarts {}, which failed: {}", run.name(), why);
      }
    } catch (FlinkRestException e) {
      LOG.debug("cannot tell why Flink restarts {}", run.name(), e);
    }
  }

  private String failure(Run run) {
    JsonNode entries =
        rest.get("/jobs/%s/exceptions".formatted(run.id())).at("/exceptionHistory/entries");
    return StackTraces.reason(entries.path(0).path("stacktrace").asText());
  }

  /** Where to start from; null for the beginning. */
  private @Nullable String checkpoint(List<Run> newestFirst) {
    for (Run run : newestFirst) {
      String checkpoint = checkpoint(run);
      if (checkpoint != null) {
        // Spread over another number of subtasks, records in flight would lose their order.
        return parallelism(run) == config.index().parallelism() ? checkpoint : null;
      }
      if (run.state().equals("FAILED")) {
        // It may have failed over the checkpoint that it was to start from: not that one again.
        return null;
      }
    }
    return null;
  }

  /** The newest complete checkpoint that a run wrote, or else the one that it started from. */
  private @Nullable String checkpoint(Run run) {
    JsonNode latest = rest.get("/jobs/%s/checkpoints".formatted(run.id())).path("latest");
    JsonNode completed = latest.path("completed");
    JsonNode used =
        completed.isObject() && !completed.path("discarded").asBoolean()
            ? completed
            : latest.path("restored");
    return used.path("external_path").textValue();
  }

  private int parallelism(Run run) {
    return rest.get("/jobs/%s/config".formatted(run.id()))
        .at("/execution-config/job-parallelism")
        .asInt();
  }

  @Override
  public void stop(int generation) {
    attempts.remove(generation);
    List<Run> live = live(generation);
    live.forEach(this::cancel);
    long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
    while (!live.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%s is still %s, %d s after it was cancelled"
                .formatted(live.get(0).name(), live.get(0).state(), STOP_PATIENCE.toSeconds()));
      }
      waitALittle();
      live = live(generation);
    }
  }

  private List<Run> live(int generation) {
    return runs(generation).stream().filter(Run::isLive).toList();
  }

  private void cancel(Run run) {
    try {
      rest.patch("/jobs/%s?mode=cancel".formatted(run.id()));
    } catch (FlinkRestException e) {
      if (!e.saysGone()) {
        throw e;
      }
    }
  }

  private static void waitALittle() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a job was stopped", e);
    }
  }

  /**
   * {@inheritDoc} Here: has Flink delete the checkpoints that its runs left, those that the
   * JobManager still knows. Returns before that is done.
   */
  @Override
  public void forget(int generation) {
    for (Run run : runs(generation)) {
      String checkpoint = checkpoint(run);
      if (checkpoint != null) {
        rest.post("/savepoint-disposal", JSON.createObjectNode().put("savepoint-path", checkpoint));
      }
    }
  }
}
