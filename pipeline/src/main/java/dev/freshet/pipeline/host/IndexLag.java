package dev.freshet.pipeline.host;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.RecordGaps;
import dev.freshet.pipeline.kafka.TopicAdmin;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far index jobs are behind {@code documents}, by what they have committed: a generation whose
 * vectors are all here may still be old, and whoever thinks of a rollback wants to know. Looks in a
 * thread of its own; asking never waits. Thread-safe.
 */
final class IndexLag implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IndexLag.class);

  private final KafkaConfig config;
  private final Topics topics;
  private final @Nullable Partitions held;
  private final Supplier<Set<Integer>> generations;
  private final TopicAdmin admin;
  private final ScheduledExecutorService timer;

  /** What the last look saw; the timer's own. */
  private final Map<Integer, SortedMap<Integer, Long>> lastWritten = new HashMap<>();

  private SortedMap<Integer, Long> lastEnds = new TreeMap<>();

  private volatile Map<Integer, Long> behind = Map.of();

  /**
   * @param held the partitions that count; null for all
   * @param generations to look at; of one without a job nothing is known
   * @param pause between two looks
   */
  IndexLag(
      KafkaConfig config,
      Topics topics,
      @Nullable Partitions held,
      Supplier<Set<Integer>> generations,
      Duration pause) {
    this.config = config;
    this.topics = topics;
    this.held = held;
    this.generations = generations;
    admin = new TopicAdmin(config);
    timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "index-lag");
              thread.setDaemon(true);
              return thread;
            });
    timer.scheduleWithFixedDelay(this::look, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Nothing may end the looks: what was seen last would stay for ever. */
  private void look() {
    Map<Integer, Long> now = new HashMap<>();
    try {
      SortedMap<Integer, Long> ends = admin.ends(topics.documents());
      for (int generation : generations.get()) {
        look(generation, ends, now);
      }
      lastEnds = ends;
    } catch (RuntimeException e) {
      LOG.debug("cannot tell how far index jobs are behind", e);
    }
    behind = Map.copyOf(now);
  }

  private void look(int generation, SortedMap<Integer, Long> ends, Map<Integer, Long> now) {
    try {
      SortedMap<Integer, Long> written =
          admin.committed(topics.indexGroup(generation), topics.documents());
      boolean stands = written.equals(lastWritten.put(generation, written));
      if (written.isEmpty()) {
        return;
      }
      if (distance(written, ends) > 0 && stands && ends.equals(lastEnds)) {
        // Perhaps there is nothing left to write: a look that costs a connection.
        written = RecordGaps.skip(config, topics.documents(), written, ends);
      }
      now.put(generation, distance(written, ends));
    } catch (RuntimeException e) {
      LOG.debug("cannot tell how far the index job of generation {} is behind", generation, e);
    }
  }

  private long distance(SortedMap<Integer, Long> written, SortedMap<Integer, Long> ends) {
    return ends.entrySet().stream()
        .filter(end -> held == null || held.contains(end.getKey()))
        .mapToLong(end -> Math.max(0, end.getValue() - written.getOrDefault(end.getKey(), 0L)))
        .sum();
  }

  /**
   * Changes that the generation's job has yet to write, at most; null where that is not known, or
   * where it has committed nothing yet.
   *
   * @param generation whose vectors they are
   */
  @Nullable Long of(int generation) {
    return behind.get(generation);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    admin.close();
  }
}
