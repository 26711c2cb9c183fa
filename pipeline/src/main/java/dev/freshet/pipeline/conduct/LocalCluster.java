package dev.freshet.pipeline.conduct;

import dev.freshet.pipeline.job.JobCounters;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.executiongraph.ArchivedExecutionGraph;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flink in this JVM: a MiniCluster that runs jobs from the newest complete checkpoint that an
 * earlier process left. Thread-safe after {@link #start}.
 */
public final class LocalCluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);
  private static final long STATUS_MILLIS = 50;

  /** What Flink says when a task cannot read its state; it would try again for ever. */
  private static final String RESTORE_FAILURE = "provided restore options";

  /** Flink would take a folder whose name has one of them for several. */
  private static final Pattern SEPARATORS = Pattern.compile("[,|" + File.pathSeparator + "]");

  private final MiniCluster cluster;

  private LocalCluster(MiniCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Starts JobManager and TaskManager.
   *
   * @param slots subtasks that can run beside each other
   * @param temporary where Flink keeps what it needs while it runs; a process that is killed leaves
   *     it there
   */
  public static LocalCluster start(int slots, Path temporary) throws Exception {
    var configuration = new Configuration();
    configuration.set(RestOptions.ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(JobManagerOptions.ADDRESS, "127.0.0.1");
    configuration.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
    configuration.set(TaskManagerOptions.HOST, "127.0.0.1");
    configuration.set(TaskManagerOptions.BIND_HOST, "127.0.0.1");
    configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
    String folder = temporary.toAbsolutePath().toString();
    if (!SEPARATORS.matcher(folder).find()) {
      configuration.set(CoreOptions.TMP_DIRS, folder);
      configuration.set(WebOptions.TMP_DIR, folder);
    }
    JobCounters.addTo(configuration);
    var cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
    cluster.start();
    return new LocalCluster(cluster);
  }

  /**
   * Starts a job, from the newest complete checkpoint in its folder that can be read, where there
   * is one. Beginning anew instead is safe for jobs whose writes are idempotent, as ours are.
   *
   * @param name the job's name
   * @param checkpoints the job's own folder; every run gets a new one in it
   * @param interval time between two checkpoints
   * @param parallelism subtasks of each step
   * @param topology adds sources, steps and sinks
   */
  public Job submit(
      String name,
      Path checkpoints,
      Duration interval,
      int parallelism,
      Consumer<StreamExecutionEnvironment> topology)
      throws Exception {
    cancelNamed(name);
    for (Path checkpoint : Checkpoints.newestFirst(checkpoints)) {
      Configuration configuration = configuration(checkpoints, interval);
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, checkpoint.toUri().toString());
      configuration.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);
      Job job = submit(name, configuration, parallelism, topology);
      if (job.isRestored()) {
        LOG.info("{} starts from {}", name, checkpoint);
        return job;
      }
      LOG.warn("{} cannot start from {}: {}", name, checkpoint, job.failure());
      if (!job.status().isGloballyTerminalState()) {
        job.cancel();
      }
    }
    LOG.info("{} starts from the beginning", name);
    return submit(name, configuration(checkpoints, interval), parallelism, topology);
  }

  /**
   * Where a submission has timed out, nobody knows whether it was taken: what runs under the name
   * ends first.
   */
  private void cancelNamed(String name) throws Exception {
    for (JobStatusMessage job : await(cluster.listJobs())) {
      if (job.getJobName().equals(name) && !job.getJobState().isGloballyTerminalState()) {
        new Job(name, job.getJobId()).cancel();
      }
    }
  }

  private Job submit(
      String name,
      Configuration configuration,
      int parallelism,
      Consumer<StreamExecutionEnvironment> topology)
      throws Exception {
    var env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    env.setBufferTimeout(0); // records are few and dear: none waits for a buffer to fill
    env.getConfig().enableObjectReuse();
    topology.accept(env);
    var graph = env.getStreamGraph();
    graph.setJobName(name);
    return new Job(name, await(cluster.submitJob(graph)).getJobID());
  }

  private static Configuration configuration(Path checkpoints, Duration interval) {
    var configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.AT_LEAST_ONCE);
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        checkpoints.toAbsolutePath().toUri().toString());
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    // A checkpoint that fails is no reason to stop encoding; the next one may succeed.
    configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
    // A broker that is away comes back: try again for as long as it takes, ever more patiently.
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
        Duration.ofMillis(500));
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
        Duration.ofSeconds(30));
    return configuration;
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Stops all jobs and the cluster. Completed checkpoints stay. */
  @Override
  public void close() throws Exception {
    try {
      for (var status : await(cluster.listJobs())) {
        if (!status.getJobState().isGloballyTerminalState()) {
          await(cluster.cancelJob(status.getJobId()));
        }
      }
    } finally {
      try {
        cluster.closeAsync().get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        LOG.warn("Flink did not stop within {}", STOP_PATIENCE);
      }
    }
  }

  /** A job that runs in this cluster. Thread-safe. */
  public final class Job {
    private final String name;
    private final JobID id;

    private Job(String name, JobID id) {
      this.name = name;
      this.id = id;
    }

    public String name() {
      return name;
    }

    /** What Flink says of the job now. */
    public JobStatus status() throws Exception {
      return await(cluster.getJobStatus(id));
    }

    /** Why the job failed last, in one line; empty when it has not. */
    public String failure() throws Exception {
      ErrorInfo last = await(cluster.getArchivedExecutionGraph(id)).getFailureInfo();
      return last == null ? "" : StackTraces.reason(last.getExceptionAsString());
    }

    /**
     * Waits until every task has read its part of the checkpoint, or something else has stopped
     * one: that is for the job to get over.
     *
     * @return false when the checkpoint cannot be read
     */
    private boolean isRestored() throws Exception {
      while (true) {
        JobStatus status = status();
        if (status == JobStatus.FAILED) {
          return false;
        }
        ArchivedExecutionGraph graph = await(cluster.getArchivedExecutionGraph(id));
        ErrorInfo failure = graph.getFailureInfo();
        if (failure != null) {
          return !failure.getExceptionAsString().contains(RESTORE_FAILURE);
        }
        boolean isStarting = status == JobStatus.INITIALIZING || status == JobStatus.CREATED;
        if (!isStarting && runs(graph)) {
          return true;
        }
        TimeUnit.MILLISECONDS.sleep(STATUS_MILLIS);
      }
    }

    private static boolean runs(ArchivedExecutionGraph graph) {
      for (AccessExecutionVertex vertex : graph.getAllExecutionVertices()) {
        if (vertex.getExecutionState() != ExecutionState.RUNNING) {
          return false;
        }
      }
      return true;
    }

    /** Takes a checkpoint now and waits for it. */
    public void checkpoint() throws Exception {
      await(cluster.triggerCheckpoint(id));
    }

    /** Cancels the job and waits for its end. Completed checkpoints stay. */
    public void cancel() throws Exception {
      await(cluster.cancelJob(id));
      await(cluster.requestJobResult(id));
    }

    /** Waits until the job ends by itself: by failure, since its source never ends. */
    public void awaitEnd() throws Exception {
      cluster.requestJobResult(id).get();
    }
  }
}
