package dev.freshet.pipeline.host;

import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.VectorStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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

  /** Of those that are behind at the end, so many are named. */
  private static final int NAMED = 5;

  private static final Duration STANDSTILL = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long PAUSE_MILLIS = 10;

  private final VectorStore store;
  private final int from;
  private final ChangeGate gate;
  private final int to;
  private final Consumer<List<VectorRecord.Delete>> deletes;
  private final Duration patience;
  private final Duration standstill;

  /** Documents that the old vectors have, and the new ones do not have as new. */
  private final Behind behind = new Behind();

  /** What the last standstill waited for in vain. */
  private Map<String, Long> missed = Map.of();

  Handover(VectorStore store, HostedVectors from, HostedVectors to) {
    this(store, from.generation(), from.gate(), to.generation(), to::delete, PATIENCE, STANDSTILL);
  }

  /**
   * @param gate where the changes of the old vectors pass
   * @param deletes deletes documents in the new vectors
   * @param patience how long a moment is waited for in which nothing comes undone
   * @param standstill how long the old vectors stand still for it at a time
   */
  Handover(
      VectorStore store,
      int from,
      ChangeGate gate,
      int to,
      Consumer<List<VectorRecord.Delete>> deletes,
      Duration patience,
      Duration standstill) {
    this.store = store;
    this.from = from;
    this.gate = gate;
    this.to = to;
    this.deletes = deletes;
    this.patience = patience;
    this.standstill = standstill;
  }

  /**
   * Runs the switch at a moment when nothing comes undone. After a minute in which there was none
   * it says so and switches anyway: a document that the new model's job could not encode must not
   * hold up a generation for ever. What was deleted stays deleted even then: a delete needs no
   * vector, and so waits for no job.
   */
  void run(Runnable switchOver) {
    long deadline = System.nanoTime() + patience.toNanos();
    gate.listen(this::changed);
    try {
      behind.add(store.idsAhead(from, to));
      boolean done = false;
      while (!done && System.nanoTime() < deadline) {
        settle();
        done = behind.size() <= FEW && !behind.hasAnyOf(missed) && atStandstill(switchOver);
        if (!done) {
          pause();
        }
      }
      if (!done) {
        force(switchOver);
      }
    } finally {
      gate.listenNoMore();
    }
  }

  private void changed(List<VectorRecord> changes) {
    changes.forEach(change -> behind.changed(change.id()));
  }

  /**
   * A document may never come, where its newest version is one that no job can read: what changes
   * must not stand still again for the sake of it.
   */
  private boolean atStandstill(Runnable switchOver) {
    long deadline = System.nanoTime() + standstill.toNanos();
    gate.standStill();
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
      missed = behind.copy();
      return false;
    } finally {
      gate.goOn();
    }
  }

  private void force(Runnable switchOver) {
    gate.standStill();
    try {
      settle();
      LOG.warn(
          "{} documents of generation {} are newer than those of generation {}, or missing there: served nevertheless after {}, with all deletes. Among them: {}",
          behind.size(),
          from,
          to,
          patience,
          behind.ids().stream().limit(NAMED).toList());
      switchOver.run();
    } finally {
      gate.goOn();
    }
  }

  /**
   * The new vectors' job may yet write what the old ones have deleted, where they never had it: the
   * delete that comes after it does so in time only where the job keeps up.
   */
  private void passOnDeletes() {
    List<VectorRecord.Delete> some = new ArrayList<>();
    for (String id : behind.ids()) {
      store
          .version(from, id)
          .filter(version -> version.isDelete() && !isSettled(id))
          .ifPresent(
              version ->
                  some.add(
                      new VectorRecord.Delete(
                          id, to, version.position(), version.timestampMillis())));
      if (some.size() == FEW) {
        deletes.accept(some);
        some.clear();
      }
    }
    if (!some.isEmpty()) {
      deletes.accept(some);
    }
  }

  private boolean isSettled(String id) {
    return !store.isAhead(from, to, id);
  }

  private void settle() {
    passOnDeletes();
    behind.settle(this::isSettled);
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
