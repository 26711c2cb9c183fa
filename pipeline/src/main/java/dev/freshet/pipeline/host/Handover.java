package dev.freshet.pipeline.host;

import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.VectorStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The moment of a switch: searches go from one generation's vectors to another's, which two jobs
 * write independently. What people have seen must not come undone by that: no document may reappear
 * that was deleted, nor an older text, nor may a document be missing. So the old vectors stand
 * still until the new ones have all that the old ones show; that takes as long as the new job is
 * behind the other one, a fraction of a second when both keep up.
 */
final class Handover {
  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

  /** So few documents behind are waited for while the old vectors stand still. */
  private static final int FEW = 1_000;

  private static final Duration STANDSTILL = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long PAUSE_MILLIS = 10;

  private final VectorStore store;
  private final HostedVectors from;
  private final HostedVectors to;

  /** Documents that the old vectors have, and the new ones do not have as new. */
  private final Set<String> behind = ConcurrentHashMap.newKeySet();

  Handover(VectorStore store, HostedVectors from, HostedVectors to) {
    this.store = store;
    this.from = from;
    this.to = to;
  }

  /**
   * Runs the switch at a moment when nothing comes undone. After a minute in which there was none
   * it says so and switches anyway: a document that the new model's job could not encode must not
   * hold up a generation for ever.
   */
  void run(Runnable switchOver) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    from.listen(this::changed);
    try {
      behind.addAll(store.idsAhead(from.generation(), to.generation()));
      boolean done = false;
      while (!done && System.nanoTime() < deadline) {
        settle();
        done = behind.size() <= FEW && atStandstill(switchOver);
      }
      if (!done) {
        LOG.warn(
            "{} documents of generation {} are newer than those of generation {}: served nevertheless",
            behind.size(),
            from.generation(),
            to.generation());
        switchOver.run();
      }
    } finally {
      from.listenNoMore();
    }
  }

  private void changed(List<VectorRecord> changes) {
    changes.forEach(change -> behind.add(change.id()));
  }

  private boolean atStandstill(Runnable switchOver) {
    long deadline = System.nanoTime() + STANDSTILL.toNanos();
    from.standStill();
    try {
      settle();
      while (!behind.isEmpty() && System.nanoTime() < deadline) {
        pause();
        settle();
      }
      if (behind.isEmpty()) {
        switchOver.run();
        return true;
      }
      return false;
    } finally {
      from.goOn();
    }
  }

  private void settle() {
    behind.removeIf(id -> !store.isAhead(from.generation(), to.generation(), id));
    if (behind.size() > FEW) {
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during a switch", e);
    }
  }
}
