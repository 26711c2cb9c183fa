package dev.freshet.pipeline.host;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaUnavailableException;
import dev.freshet.pipeline.kafka.TopicAdmin;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
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
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Topics topics;
  private final @Nullable Partitions held;
  private final Supplier<Set<Integer>> generations;
  private final TopicAdmin admin;
  private final ScheduledExecutorService timer;
  private volatile Map<Integer, Long> behind = Map.of();

  /**
   * @param held the partitions that count; null for all
   * @param generations that have an index job
   */
  IndexLag(
      KafkaConfig config,
      Topics topics,
      @Nullable Partitions held,
      Supplier<Set<Integer>> generations) {
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
    timer.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      SortedMap<Integer, Long> ends = admin.ends(topics.documents());
      Map<Integer, Long> now = new HashMap<>();
      for (int generation : generations.get()) {
        SortedMap<Integer, Long> written =
            admin.committed(topics.indexGroup(generation), topics.documents());
        now.put(generation, distance(written, ends));
      }
      behind = Map.copyOf(now);
    } catch (KafkaUnavailableException e) {
      // Not known is not 0.
      behind = Map.of();
      LOG.debug("cannot tell how far index jobs are behind", e);
    }
  }

  private long distance(SortedMap<Integer, Long> written, SortedMap<Integer, Long> ends) {
    return ends.entrySet().stream()
        .filter(end -> held == null || held.contains(end.getKey()))
        .mapToLong(end -> Math.max(0, end.getValue() - written.getOrDefault(end.getKey(), 0L)))
        .sum();
  }

  /**
   * Changes that the generation's job has yet to write, at most; null where nobody knows.
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
