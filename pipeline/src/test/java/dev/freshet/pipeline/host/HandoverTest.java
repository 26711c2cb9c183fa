package dev.freshet.pipeline.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.config.AnnConfig;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From generation 1 to generation 2, in a real store; who applies changes is a thread of ours. */
@Timeout(60)
class HandoverTest {
  private static final int OLD = 1;
  private static final int NEW = 2;

  /** Not so short that a slow machine passes it while the test expects an answer. */
  private static final Duration LONG = Duration.ofSeconds(30);

  private static final Duration SHORT = Duration.ofMillis(50);

  @TempDir private Path folder;
  private VectorStore store;
  private final CountingGate gate = new CountingGate();

  /** Knows how often changes stood still. */
  private static final class CountingGate extends ChangeGate {
    final AtomicInteger standstills = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();

    @Override
    void standStill() {
      super.standStill();
      standstills.incrementAndGet();
    }

    @Override
    void goOn() {
      super.goOn();
      ended.incrementAndGet();
    }
  }

  @BeforeEach
  void open() {
    store =
        VectorStore.open(
            folder.resolve("store"),
            new StoreSettings(1 << 20, 1 << 20, 0, Duration.ofDays(7), AnnConfig.defaults()));
    store.createGeneration(OLD, 2);
    store.createGeneration(NEW, 2);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static VectorRecord upsert(int generation, String id, long offset) {
    return new VectorRecord.Upsert(
        id,
        generation,
        new Position(0, offset),
        offset,
        new byte[] {1},
        List.of(new PassageVector(0, 1, new float[] {1, 0})));
  }

  private static VectorRecord delete(int generation, String id, long offset) {
    return new VectorRecord.Delete(id, generation, new Position(0, offset), offset);
  }

  private List<VectorRecord> apply(VectorRecord record) {
    return store.apply(record.generation(), List.of(record), Map.of());
  }

  private Handover handover(Duration patience) {
    return handover(patience, SHORT);
  }

  private Handover handover(Duration patience, Duration standstill) {
    return new Handover(
        store,
        OLD,
        gate,
        NEW,
        deletes -> store.apply(NEW, List.copyOf(deletes), Map.of()),
        patience,
        standstill);
  }

  @Test
  void aBatchInHandWhenTheSwitchBeginsIsWaitedFor() throws Exception {
    CountDownLatch applying = new CountDownLatch(1);
    CountDownLatch commit = new CountDownLatch(1);
    Thread tail =
        new Thread(
            () ->
                gate.pass(
                    () -> {
                      applying.countDown();
                      awaitQuietly(commit);
                      return apply(upsert(OLD, "a", 5));
                    }));
    tail.start();
    applying.await();
    AtomicBoolean isThere = new AtomicBoolean();
    AtomicBoolean switched = new AtomicBoolean();
    Thread switching =
        new Thread(
            () ->
                handover(LONG)
                    .run(
                        () -> {
                          isThere.set(store.document(NEW, "a").isPresent());
                          switched.set(true);
                        }));
    switching.start();
    // It listens, or waits to: then the batch takes effect, behind the place that a scan was at.
    while (switching.isAlive() && switching.getState() == Thread.State.RUNNABLE) {
      Thread.onSpinWait();
    }
    assertThat(switched).isFalse();
    commit.countDown();
    tail.join();
    apply(upsert(NEW, "a", 5));
    switching.join();
    assertThat(switched).isTrue();
    assertThat(isThere).isTrue();
  }

  @Test
  void listeningBeginsWithTheBatchAfterTheOneInHand() throws Exception {
    CountDownLatch applying = new CountDownLatch(1);
    CountDownLatch commit = new CountDownLatch(1);
    AtomicBoolean committed = new AtomicBoolean();
    Thread tail =
        new Thread(
            () ->
                gate.pass(
                    () -> {
                      applying.countDown();
                      awaitQuietly(commit);
                      committed.set(true);
                      return List.of();
                    }));
    tail.start();
    applying.await();
    Thread releasing =
        new Thread(
            () -> {
              awaitQuietly(new CountDownLatch(1), Duration.ofMillis(100));
              commit.countDown();
            });
    releasing.start();
    gate.listen(changes -> {});
    assertThat(committed).isTrue();
    tail.join();
    releasing.join();
  }

  @Test
  void whatWasDeletedStaysDeletedThoughTheOthersNeverCatchUp() {
    apply(upsert(OLD, "gone", 1));
    apply(upsert(NEW, "gone", 1));
    apply(delete(OLD, "gone", 2));
    apply(upsert(NEW, "changed", 3));
    apply(upsert(OLD, "changed", 4));
    apply(upsert(OLD, "unknown", 5));
    AtomicBoolean switched = new AtomicBoolean();
    handover(SHORT).run(() -> switched.set(store.document(NEW, "gone").isEmpty()));
    assertThat(switched).isTrue();
    assertThat(store.document(NEW, "changed")).isPresent();
    // Late, from the new generation's own topic.
    assertThat(apply(upsert(NEW, "gone", 1))).isEmpty();
    assertThat(store.document(NEW, "gone")).isEmpty();
    assertThat(apply(upsert(NEW, "gone", 6))).hasSize(1);
  }

  @Test
  void whatTheNewVectorsNeverHadStaysDeletedThoughTheirJobHasYetToWriteIt() {
    apply(upsert(OLD, "gone", 1));
    apply(delete(OLD, "gone", 2));
    AtomicBoolean switched = new AtomicBoolean();
    handover(LONG).run(() -> switched.set(true));
    assertThat(switched).isTrue();
    assertThat(apply(upsert(NEW, "gone", 1))).isEmpty();
    assertThat(apply(upsert(NEW, "gone", 3))).hasSize(1);
  }

  @Test
  void theSwitchWaitsUntilTheNewVectorsHaveWhatTheOldOnesShow() throws Exception {
    apply(upsert(OLD, "a", 1));
    AtomicBoolean switched = new AtomicBoolean();
    AtomicBoolean isThere = new AtomicBoolean();
    Thread switching =
        new Thread(
            () ->
                handover(LONG)
                    .run(
                        () -> {
                          switched.set(true);
                          isThere.set(store.document(NEW, "a").isPresent());
                        }));
    switching.start();
    // It pauses, then, because something is missing; or it is over.
    await()
        .until(
            () ->
                switching.getState() == Thread.State.TIMED_WAITING
                    || switching.getState() == Thread.State.TERMINATED);
    assertThat(switched).isFalse();
    apply(upsert(NEW, "a", 1));
    switching.join();
    assertThat(switched).isTrue();
    assertThat(isThere).isTrue();
  }

  @Test
  void changesDoNotStandStillAgainAndAgainForADocumentThatNeverComes() {
    apply(upsert(OLD, "never", 1));
    AtomicBoolean switched = new AtomicBoolean();
    handover(Duration.ofSeconds(1), SHORT).run(() -> switched.set(true));
    assertThat(switched).isTrue();
    assertThat(gate.standstills).as("in vain, and at the end").hasValue(2);
  }

  @Test
  void theSwitchComesAsSoonAsWhatWasMissedIsThere() throws Exception {
    apply(upsert(OLD, "late", 1));
    AtomicBoolean isThere = new AtomicBoolean();
    Thread switching =
        new Thread(
            () ->
                handover(Duration.ofHours(1), SHORT)
                    .run(() -> isThere.set(store.document(NEW, "late").isPresent())));
    switching.start();
    await().until(() -> gate.ended.get() == 1);
    gate.pass(() -> apply(upsert(OLD, "later", 2)));
    apply(upsert(NEW, "later", 2));
    apply(upsert(NEW, "late", 1));
    switching.join();
    assertThat(isThere).isTrue();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    awaitQuietly(latch, LONG);
  }

  private static void awaitQuietly(CountDownLatch latch, Duration most) {
    try {
      var unused = latch.await(most.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
