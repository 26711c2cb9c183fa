package dev.freshet.pipeline.conduct;

import dev.freshet.model.checkpoint.Folders;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.index.IndexJob;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Index jobs in a Flink of this JVM. Thread-safe. */
public final class LocalIndexJobs implements IndexJobs, AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(20);

  /** A job, and who tells people when it does not run. */
  private record Running(LocalCluster.Job job, JobWatch watch) {}

  private final LocalCluster flink;
  private final FreshetConfig config;
  private final Path checkpoints;
  private final Consumer<String> reports;
  private final Map<Integer, Running> jobs = new ConcurrentHashMap<>();

  /**
   * @param flink has room for {@link #slots} subtasks
   * @param reports takes sentences for people about jobs that do not run
   * @throws InvalidConfigException when checkpoints would not lie in a local folder
   */
  public LocalIndexJobs(LocalCluster flink, FreshetConfig config, Consumer<String> reports) {
    this.flink = flink;
    this.config = config;
    this.reports = reports;
    checkpoints = checkpoints(config);
  }

  /**
   * Where jobs in this process keep their checkpoints.
   *
   * @throws InvalidConfigException when that is no local folder
   */
  static Path checkpoints(FreshetConfig config) {
    URI uri = URI.create(config.checkpointUri());
    if (!"file".equals(uri.getScheme())) {
      throw new InvalidConfigException(
          "index.checkpointDir is %s: a job in this process keeps its checkpoints in a local folder; other file systems are for jobs in a Flink cluster (flink run)"
              .formatted(uri));
    }
    return Path.of(uri);
  }

  /** Room for the served generation, those that are kept, one that is built and one that ends. */
  public static int slots(FreshetConfig config) {
    return config.index().parallelism() * (config.conduct().keep() + 3);
  }

  @Override
  public Set<Integer> running() {
    Set<Integer> running = new HashSet<>();
    jobs.forEach(
        (generation, each) -> {
          if (!isOver(each.job)) {
            running.add(generation);
          }
        });
    return running;
  }

  private static boolean isOver(LocalCluster.Job job) {
    try {
      return job.status().isGloballyTerminalState();
    } catch (Exception e) {
      throw failed("cannot look after " + job.name(), e);
    }
  }

  @Override
  public void start(int generation) {
    stop(generation);
    int parallelism = config.index().parallelism();
    Topics topics = new Topics(config.kafka().topicPrefix());
    // Documents may have more partitions by now, and the job writes into those of the same number.
    TopicProvisioner.provision(config.kafka(), topics, generation, IndexJob.MAX_RECORD_BYTES);
    String name = IndexJob.name(topics, generation);
    try {
      LocalCluster.Job job =
          flink.submit(
              name,
              // Spread over another number of subtasks, records in flight would lose their order.
              checkpoints.resolve("index-%d-p%d".formatted(generation, parallelism)),
              config.index().checkpointInterval(),
              parallelism,
              env -> IndexJob.define(env, config, generation));
      jobs.put(
          generation,
          new Running(job, new JobWatch(job, GRACE, "documents wait in Kafka meanwhile", reports)));
    } catch (Exception e) {
      throw failed("cannot start " + name, e);
    }
  }

  @Override
  public void stop(int generation) {
    Running running = jobs.remove(generation);
    if (running == null) {
      return;
    }
    try {
      if (!running.job.status().isGloballyTerminalState()) {
        running.job.cancel();
      }
      running.watch.close();
    } catch (Exception e) {
      jobs.put(generation, running);
      throw failed("cannot stop " + running.job.name(), e);
    }
  }

  @Override
  public void forget(int generation) {
    if (!Files.isDirectory(checkpoints)) {
      return;
    }
    try (Stream<Path> folders = Files.list(checkpoints)) {
      List<Path> own =
          folders
              .filter(
                  folder ->
                      folder.getFileName().toString().matches("index-" + generation + "-p[0-9]+"))
              .toList();
      for (Path folder : own) {
        Folders.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete the checkpoints in " + checkpoints, e);
    }
  }

  private static IllegalStateException failed(String what, Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new IllegalStateException(what + ": " + e.getMessage(), e);
  }

  /** The job of a generation; null where none runs. */
  public LocalCluster.@Nullable Job job(int generation) {
    Running running = jobs.get(generation);
    return running == null ? null : running.job;
  }

  /** Stops watching; the jobs end with their cluster. */
  @Override
  public void close() {
    jobs.values().forEach(running -> running.watch.close());
  }
}
