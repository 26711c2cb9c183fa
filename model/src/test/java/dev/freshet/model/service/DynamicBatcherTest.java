package dev.freshet.model.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DynamicBatcherTest {
  private static final Duration NO_WAIT = Duration.ZERO;
  private static final long MILLI = 1_000_000;
  private static final Duration FOREVER = Duration.ofDays(1);

  /** Computes nothing until it is opened, and notes what it was given. */
  private static final class Gate implements DynamicBatcher.Compute {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();

    @Override
    public float[][] compute(List<int[]> sequences) {
      entered.countDown();
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      batches.add(sequences.stream().map(s -> s.length).toList());
      return sequences.stream().map(DynamicBatcherTest::vector).toArray(float[][]::new);
    }

    /** Submits one sequence and waits until the only worker is busy with it. */
    CompletableFuture<float[]> occupy(OneModel batcher) throws InterruptedException {
      CompletableFuture<float[]> first = batcher.submit(sequence(1), Priority.QUERY);
      entered.await();
      return first;
    }
  }

  /** Lets the batcher learn what a token takes; from the first batch it does not. */
  private static void teach(OneModel batcher) {
    batcher.submit(sequence(1), Priority.SERVED).join();
    batcher.submit(sequence(1), Priority.SERVED).join();
  }

  private static float[] vector(int[] sequence) {
    return new float[] {3 * sequence[0], 4 * sequence[0]};
  }

  private static int[] sequence(int length) {
    int[] tokens = new int[length];
    Arrays.fill(tokens, length);
    return tokens;
  }

  /** A batcher with one model. */
  private record OneModel(DynamicBatcher batcher, BatchedModel model) implements AutoCloseable {
    CompletableFuture<float[]> submit(int[] tokens, Priority priority) {
      return model.submit(tokens, priority);
    }

    List<CompletableFuture<float[]>> submitAll(List<int[]> sequences, Priority priority) {
      return model.submitAll(sequences, priority);
    }

    BatchStatistics statistics() {
      return batcher.statistics();
    }

    @Override
    public void close() {
      model.close();
      batcher.close();
    }
  }

  private static OneModel batcher(int batchTokens, DynamicBatcher.Compute compute) {
    return batcher(1, 0, batchTokens, NO_WAIT, compute, () -> {});
  }

  private static OneModel batcher(
      int threads,
      int queryThreads,
      int batchTokens,
      Duration batchWait,
      DynamicBatcher.Compute compute,
      Runnable afterLastBatch) {
    DynamicBatcher batcher =
        new DynamicBatcher(threads, queryThreads, batchTokens, batchWait, () -> 1);
    return new OneModel(batcher, batcher.open(compute, afterLastBatch));
  }

  private static void await(List<CompletableFuture<float[]>> futures) {
    CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0])).join();
  }

  @Test
  void everybodyGetsTheirOwnVectorNormalised() {
    try (OneModel batcher =
        batcher(
            64,
            sequences ->
                sequences.stream().map(s -> new float[] {s[0], 1}).toArray(float[][]::new))) {
      List<CompletableFuture<float[]>> futures = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        futures.add(batcher.submit(new int[] {i, 0, 0}, Priority.values()[i % 3]));
      }
      for (int i = 0; i < futures.size(); i++) {
        float[] vector = futures.get(i).join();
        assertThat(vector[0] / vector[1])
            .isCloseTo(i, org.assertj.core.data.Percentage.withPercentage(0.01));
        assertThat(Math.hypot(vector[0], vector[1])).isBetween(0.9999, 1.0001);
      }
    }
  }

  @Test
  void higherPriorityGoesFirstWhateverCameFirst() throws Exception {
    Gate gate = new Gate();
    try (OneModel batcher = batcher(100, gate)) {
      List<CompletableFuture<float[]>> futures = new ArrayList<>();
      futures.add(gate.occupy(batcher));
      for (int i = 0; i < 4; i++) {
        futures.add(batcher.submit(sequence(50), Priority.BUILDING));
        futures.add(batcher.submit(sequence(40), Priority.SERVED));
        futures.add(batcher.submit(sequence(30), Priority.QUERY));
      }
      gate.open.countDown();
      await(futures);
    }
    assertThat(gate.batches.stream().map(b -> b.get(0)).toList())
        .containsExactly(1, 30, 30, 40, 40, 50, 50);
  }

  @Test
  void aGenerationThatIsBuiltTakesItsShareOfTheTimeAndWhatPeopleWaitForDoesNotWait() {
    AtomicLong clock = new AtomicLong();
    AtomicReference<Double> share = new AtomicReference<>(0.25);
    List<Integer> computed = new CopyOnWriteArrayList<>();
    DynamicBatcher.Compute compute =
        sequences -> {
          computed.add(sequences.get(0).length);
          clock.addAndGet(MILLI * sequences.get(0).length);
          return sequences.stream().map(DynamicBatcherTest::vector).toArray(float[][]::new);
        };
    try (DynamicBatcher threads = new DynamicBatcher(1, 0, 60, NO_WAIT, share::get, clock::get);
        OneModel batcher = new OneModel(threads, threads.open(compute, () -> {}))) {
      teach(batcher); // a token takes a millisecond
      batcher.submit(sequence(50), Priority.BUILDING).join(); // from 2 ms on for 200 of them
      CompletableFuture<float[]> refresh = batcher.submit(sequence(40), Priority.BUILDING);
      batcher.submit(sequence(30), Priority.SERVED).join();
      assertThat(clock.get()).isEqualTo(82 * MILLI);
      assertThat(refresh).isNotDone();

      clock.set(200 * MILLI);
      batcher.submit(sequence(1), Priority.QUERY).join();
      assertThat(refresh).isNotDone();

      clock.set(202 * MILLI);
      assertThat(refresh.join()).hasSize(2);

      CompletableFuture<float[]> next = batcher.submit(sequence(20), Priority.BUILDING);
      batcher.submit(sequence(2), Priority.QUERY).join();
      assertThat(next).isNotDone();
      share.set(1.0);
      assertThat(next.join()).hasSize(2);
    }
    assertThat(computed).containsExactly(1, 1, 50, 30, 1, 40, 2, 20);
  }

  @Test
  void aGenerationThatIsBuiltPaysForWhatItTookAndNotForWhatQueriesTake() {
    AtomicLong clock = new AtomicLong();
    AtomicLong price = new AtomicLong(10 * MILLI);
    DynamicBatcher.Compute compute =
        sequences -> {
          sequences.forEach(sequence -> clock.addAndGet(price.get() * sequence.length));
          return sequences.stream().map(DynamicBatcherTest::vector).toArray(float[][]::new);
        };
    try (DynamicBatcher threads = new DynamicBatcher(1, 0, 60, NO_WAIT, () -> 0.5, clock::get);
        OneModel batcher = new OneModel(threads, threads.open(compute, () -> {}))) {
      teach(batcher);
      price.set(MILLI);
      batcher.submit(sequence(50), Priority.BUILDING).join(); // from 20 ms on for 100 of them
      CompletableFuture<float[]> next = batcher.submit(sequence(40), Priority.BUILDING);
      clock.set(118 * MILLI);
      batcher.submit(sequence(1), Priority.QUERY).join();
      assertThat(next).isNotDone();
      clock.set(121 * MILLI);
      assertThat(next.join()).hasSize(2);
    }
  }

  @Test
  void nobodyIsOvertakenForLongerThanTenSecondsWhateverATokenTakes() throws Exception {
    Gate gate = new Gate();
    AtomicLong clock = new AtomicLong();
    AtomicInteger taught = new AtomicInteger();
    DynamicBatcher.Compute compute =
        sequences -> {
          if (taught.getAndIncrement() >= 2) {
            return gate.compute(sequences);
          }
          clock.addAndGet(1_000 * MILLI);
          return sequences.stream().map(DynamicBatcherTest::vector).toArray(float[][]::new);
        };
    try (DynamicBatcher threads = new DynamicBatcher(1, 0, 60, NO_WAIT, () -> 1, clock::get);
        OneModel batcher = new OneModel(threads, threads.open(compute, () -> {}))) {
      teach(batcher); // a token takes a second
      List<CompletableFuture<float[]>> futures = new ArrayList<>();
      futures.add(gate.occupy(batcher));
      futures.add(batcher.submit(sequence(60), Priority.SERVED)); // due in 10 s, not in 120
      clock.addAndGet(7_000 * MILLI);
      futures.add(batcher.submit(sequence(1), Priority.SERVED)); // in 2 s
      clock.addAndGet(2_000 * MILLI);
      futures.add(batcher.submit(sequence(31), Priority.SERVED)); // in 10 s, not in 62
      gate.open.countDown();
      await(futures);
    }
    assertThat(gate.batches).containsExactly(List.of(1), List.of(1), List.of(60), List.of(31));
  }

  @Test
  void aBatchHoldsTheOldestAndWhatIsNearestInLength() throws Exception {
    Gate gate = new Gate();
    try (OneModel batcher = batcher(100, gate)) {
      List<CompletableFuture<float[]>> futures = new ArrayList<>();
      futures.add(gate.occupy(batcher));
      for (int length : new int[] {20, 90, 22, 80, 19, 21, 85, 20}) {
        futures.add(batcher.submit(sequence(length), Priority.SERVED));
      }
      gate.open.countDown();
      await(futures);
    }
    assertThat(gate.batches.get(1)).startsWith(20).hasSize(4).containsOnly(19, 20, 21);
    assertThat(gate.batches.get(2)).containsExactly(90);
  }

  @Test
  void paddingStaysBelowATenthUnderLoad() throws Exception {
    Gate gate = new Gate();
    Random random = new Random(5);
    BatchStatistics statistics;
    try (OneModel batcher = batcher(1024, gate)) {
      List<CompletableFuture<float[]>> futures = new ArrayList<>();
      futures.add(gate.occupy(batcher));
      for (int i = 0; i < 5000; i++) {
        int length = (int) Math.min(256, 8 + Math.exp(3.5 + random.nextGaussian()));
        futures.add(batcher.submit(sequence(length), Priority.BUILDING));
      }
      gate.open.countDown();
      await(futures);
      statistics = batcher.statistics();
    }
    assertThat(statistics.sequences()).isEqualTo(5001);
    assertThat(statistics.queued()).isZero();
    assertThat(statistics.paddingShare()).isLessThan(0.1);
    assertThat(statistics.tokens() / statistics.batches()).isGreaterThan(512);
    assertThat(gate.batches).allSatisfy(b -> assertThat(padded(b)).isLessThanOrEqualTo(1024));
  }

  private static int padded(List<Integer> batch) {
    return batch.stream().mapToInt(length -> length).max().orElseThrow() * batch.size();
  }

  @Test
  void lowerPriorityRidesAlongOnlyForALittle() throws Exception {
    Gate gate = new Gate();
    try (OneModel batcher = batcher(1000, gate)) {
      List<CompletableFuture<float[]>> futures = new ArrayList<>();
      futures.add(gate.occupy(batcher));
      for (int i = 0; i < 8; i++) {
        futures.add(batcher.submit(sequence(10), Priority.QUERY));
      }
      for (int i = 0; i < 50; i++) {
        futures.add(batcher.submit(sequence(10), Priority.BUILDING));
      }
      gate.open.countDown();
      await(futures);
    }
    assertThat(gate.batches.get(1)).hasSize(10);
  }

  @Test
  void aSequenceLongerThanTheBudgetGoesAlone() {
    Gate gate = new Gate();
    gate.open.countDown();
    try (OneModel batcher = batcher(16, gate)) {
      assertThat(batcher.submit(sequence(40), Priority.SERVED).join()).hasSize(2);
    }
  }

  @Test
  void aFullBatchDoesNotWaitForCompany() {
    Gate gate = new Gate();
    gate.open.countDown();
    try (OneModel batcher = batcher(1, 0, 30, FOREVER, gate, () -> {})) {
      List<CompletableFuture<float[]>> futures = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        futures.add(batcher.submit(sequence(10), Priority.SERVED));
      }
      await(futures);
    }
    assertThat(gate.batches).containsExactly(List.of(10, 10, 10));
  }

  @Test
  void aQueryDoesNotWaitForCompanyAndWaitingDocumentsStayWaiting() {
    Gate gate = new Gate();
    gate.open.countDown();
    try (OneModel batcher = batcher(2, 0, 1000, FOREVER, gate, () -> {})) {
      CompletableFuture<float[]> document = batcher.submit(sequence(90), Priority.SERVED);
      batcher.submit(sequence(10), Priority.QUERY).join();
      assertThat(document).isNotDone();
      assertThat(batcher.statistics().queued()).isOne();
    }
  }

  @Test
  void aShortDocumentOvertakesALongOneUntilTheLongOneIsDue() throws Exception {
    Gate gate = new Gate();
    AtomicLong clock = new AtomicLong();
    AtomicInteger taught = new AtomicInteger();
    DynamicBatcher.Compute compute =
        sequences -> {
          if (taught.getAndIncrement() >= 2) {
            return gate.compute(sequences);
          }
          clock.addAndGet(MILLI * sequences.get(0).length);
          return sequences.stream().map(DynamicBatcherTest::vector).toArray(float[][]::new);
        };
    try (DynamicBatcher threads = new DynamicBatcher(1, 0, 60, NO_WAIT, () -> 1, clock::get);
        OneModel batcher = new OneModel(threads, threads.open(compute, () -> {}))) {
      teach(batcher); // a token takes a millisecond
      List<CompletableFuture<float[]>> futures = new ArrayList<>();
      futures.add(gate.occupy(batcher));
      // Due in 2 ms for each token of the whole document.
      futures.addAll(
          batcher.submitAll(List.of(sequence(60), sequence(59), sequence(51)), Priority.SERVED));
      clock.addAndGet(200 * MILLI);
      futures.add(batcher.submit(sequence(30), Priority.SERVED));
      clock.addAndGet(100 * MILLI);
      futures.add(batcher.submit(sequence(40), Priority.SERVED));
      gate.open.countDown();
      await(futures);
    }
    assertThat(gate.batches)
        .containsExactly(
            List.of(1), List.of(30), List.of(60), List.of(59), List.of(51), List.of(40));
  }

  @Test
  void aQueryDoesNotWaitForTheBatchThatIsBeingComputed() throws Exception {
    Gate gate = new Gate();
    DynamicBatcher.Compute compute =
        sequences ->
            sequences.get(0).length == 50
                ? gate.compute(sequences)
                : sequences.stream().map(DynamicBatcherTest::vector).toArray(float[][]::new);
    try (OneModel batcher = batcher(1, 1, 100, NO_WAIT, compute, () -> {})) {
      CompletableFuture<float[]> document = batcher.submit(sequence(50), Priority.SERVED);
      gate.entered.await();
      CompletableFuture<float[]> waiting = batcher.submit(sequence(20), Priority.SERVED);

      assertThat(batcher.submit(sequence(10), Priority.QUERY).join()).hasSize(2);

      assertThat(document).isNotDone();
      assertThat(waiting).isNotDone();
      gate.open.countDown();
      waiting.join();
    }
  }

  @Test
  void aBadSequenceFailsAlone() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Gate gate = new Gate();
    DynamicBatcher.Compute compute =
        sequences -> {
          calls.incrementAndGet();
          if (sequences.stream().anyMatch(s -> s[0] == 13)) {
            throw new IllegalArgumentException("thirteen");
          }
          return gate.compute(sequences);
        };
    try (OneModel batcher = batcher(1000, compute)) {
      gate.occupy(batcher);
      List<CompletableFuture<float[]>> good = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        good.add(batcher.submit(sequence(12), Priority.SERVED));
      }
      CompletableFuture<float[]> bad = batcher.submit(sequence(13), Priority.SERVED);
      gate.open.countDown();
      await(good);
      assertThatThrownBy(bad::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("13 tokens")
          .hasMessageContaining("thirteen");
    }
    assertThat(calls.get()).isEqualTo(1 + 1 + 6);
  }

  @Test
  void whatNobodyWaitsForIsNotComputed() throws Exception {
    Gate gate = new Gate();
    List<Integer> computed = new ArrayList<>();
    DynamicBatcher.Compute compute =
        sequences -> {
          sequences.forEach(sequence -> computed.add(sequence[0]));
          return gate.compute(sequences);
        };
    try (OneModel batcher = batcher(1000, compute)) {
      gate.occupy(batcher);
      CompletableFuture<float[]> abandoned = batcher.submit(sequence(13), Priority.QUERY);
      CompletableFuture<float[]> wanted = batcher.submit(sequence(12), Priority.SERVED);
      abandoned.cancel(false);
      gate.open.countDown();
      assertThat(wanted.join()).isNotNull();
    }
    assertThat(computed).contains(12).doesNotContain(13);
  }

  @Test
  void aVectorThatIsNotFiniteFailsAlone() {
    try (OneModel batcher =
        batcher(
            1000,
            sequences ->
                sequences.stream()
                    .map(s -> new float[] {s[0] == 13 ? Float.NaN : 1})
                    .toArray(float[][]::new))) {
      CompletableFuture<float[]> bad = batcher.submit(sequence(13), Priority.QUERY);
      CompletableFuture<float[]> good = batcher.submit(sequence(12), Priority.QUERY);
      assertThat(good.join()).containsExactly(1f);
      assertThat(catchThrowable(bad::join))
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(EncodingException.class);
    }
  }

  @Test
  void closingFailsWhatWaitsAndFinishesWhatRuns() throws Exception {
    Gate gate = new Gate();
    AtomicInteger freed = new AtomicInteger();
    OneModel batcher = batcher(1, 0, 100, NO_WAIT, gate, freed::incrementAndGet);
    CompletableFuture<float[]> running = gate.occupy(batcher);
    CompletableFuture<float[]> waiting = batcher.submit(sequence(5), Priority.SERVED);
    Thread closer = new Thread(batcher::close);
    closer.start();
    assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(freed.get()).isZero();
    gate.open.countDown();
    closer.join();
    assertThat(running.join()).hasSize(2);
    assertThat(freed.get()).isOne();
    batcher.close();
    assertThatThrownBy(() -> batcher.submit(sequence(5), Priority.QUERY).get())
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(freed.get()).isOne();
  }

  @Test
  void aCallbackMayCloseTheBatcher() throws Exception {
    CountDownLatch freed = new CountDownLatch(1);
    Gate gate = new Gate();
    OneModel batcher = batcher(2, 0, 100, NO_WAIT, gate, freed::countDown);
    CompletableFuture<Void> closed = gate.occupy(batcher).thenAccept(vector -> batcher.close());
    gate.open.countDown();
    closed.join();
    freed.await();
  }

  @Test
  void nobodyIsLostWithManyThreads() throws Exception {
    CountDownLatch two = new CountDownLatch(2);
    DynamicBatcher.Compute compute =
        sequences -> {
          meet(two);
          return sequences.stream().map(DynamicBatcherTest::vector).toArray(float[][]::new);
        };
    try (OneModel batcher = batcher(3, 0, 256, Duration.ofMillis(1), compute, () -> {})) {
      List<CompletableFuture<float[]>> all = new CopyOnWriteArrayList<>();
      List<Thread> clients = new ArrayList<>();
      for (int t = 0; t < 16; t++) {
        Random random = new Random(t);
        Thread client =
            new Thread(
                () -> {
                  List<CompletableFuture<float[]>> own = new ArrayList<>();
                  for (int i = 0; i < 500; i++) {
                    int length = 1 + random.nextInt(60);
                    own.add(batcher.submit(sequence(length), Priority.values()[i % 3]));
                  }
                  all.addAll(own);
                });
        clients.add(client);
        client.start();
      }
      for (Thread client : clients) {
        client.join();
      }
      await(all);
      assertThat(two.getCount()).as("batches that were computed beside each other").isZero();
      assertThat(all).hasSize(16 * 500);
      assertThat(batcher.statistics().sequences()).isEqualTo(16 * 500);
    }
  }

  /** Waits for another thread, for a while: whoever came alone fails. */
  private static void meet(CountDownLatch two) {
    two.countDown();
    try {
      if (!two.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no batch was computed beside this one");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Vectors that tell which model they are of. */
  private static DynamicBatcher.Compute constant(float x, float y) {
    return sequences ->
        sequences.stream().map(sequence -> new float[] {x, y}).toArray(float[][]::new);
  }

  @Test
  void aBatchIsForOneModelAndEverybodyGetsTheVectorOfTheirs() {
    CopyOnWriteArrayList<Integer> sizes = new CopyOnWriteArrayList<>();
    DynamicBatcher.Compute counted =
        sequences -> {
          sizes.add(sequences.size());
          return constant(1, 0).compute(sequences);
        };
    try (DynamicBatcher batcher = new DynamicBatcher(2, 1, 100, Duration.ofMillis(1), () -> 1);
        BatchedModel one = batcher.open(counted, () -> {});
        BatchedModel other = batcher.open(constant(0, 1), () -> {})) {
      List<CompletableFuture<float[]>> ones = new ArrayList<>();
      List<CompletableFuture<float[]>> others = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        Priority priority = Priority.values()[i % 3];
        ones.add(one.submit(sequence(1 + i % 20), priority));
        others.add(other.submit(sequence(1 + i % 20), priority));
      }
      assertThat(ones).allSatisfy(vector -> assertThat(vector.join()).containsExactly(1, 0));
      assertThat(others).allSatisfy(vector -> assertThat(vector.join()).containsExactly(0, 1));
      assertThat(sizes.stream().mapToInt(size -> size).sum()).isEqualTo(300);
      assertThat(batcher.statistics().sequences()).isEqualTo(600);
    }
  }

  @Test
  void priorityHoldsAcrossModelsAndWithinItWhoIsDueFirstGoesFirst() throws Exception {
    Gate gate = new Gate();
    try (DynamicBatcher batcher = new DynamicBatcher(1, 0, 100, NO_WAIT, () -> 1);
        BatchedModel served = batcher.open(gate, () -> {});
        BatchedModel building = batcher.open(gate, () -> {})) {
      List<CompletableFuture<float[]>> futures = new ArrayList<>();
      futures.add(gate.occupy(new OneModel(batcher, served)));
      futures.add(building.submit(sequence(90), Priority.BUILDING));
      futures.add(served.submit(sequence(80), Priority.BUILDING));
      futures.add(served.submit(sequence(70), Priority.SERVED));
      futures.add(building.submit(sequence(60), Priority.SERVED));
      futures.add(building.submit(sequence(50), Priority.QUERY));
      gate.open.countDown();
      await(futures);
    }
    assertThat(gate.batches.stream().map(b -> b.get(0)).toList())
        .containsExactly(1, 50, 70, 60, 90, 80);
  }

  @Test
  void aFullBatchOfAnotherModelDoesNotWaitForCompany() {
    Gate gate = new Gate();
    gate.open.countDown();
    try (DynamicBatcher batcher = new DynamicBatcher(1, 0, 30, FOREVER, () -> 1);
        BatchedModel one = batcher.open(gate, () -> {});
        BatchedModel other = batcher.open(gate, () -> {})) {
      one.submit(sequence(9), Priority.SERVED);
      List<CompletableFuture<float[]>> full = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        full.add(other.submit(sequence(10), Priority.SERVED));
      }
      await(full);
    }
  }

  @Test
  void closingOneModelLeavesTheOthersAlone() throws Exception {
    Gate gate = new Gate();
    AtomicInteger freed = new AtomicInteger();
    try (DynamicBatcher batcher = new DynamicBatcher(1, 0, 100, NO_WAIT, () -> 1);
        BatchedModel stays = batcher.open(constant(3, 4), () -> {})) {
      BatchedModel goes = batcher.open(gate, freed::incrementAndGet);
      CompletableFuture<float[]> running = gate.occupy(new OneModel(batcher, goes));
      CompletableFuture<float[]> waiting = goes.submit(sequence(5), Priority.SERVED);
      CompletableFuture<float[]> kept = stays.submit(sequence(5), Priority.BUILDING);
      Thread closer = new Thread(goes::close);
      closer.start();
      assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IllegalStateException.class);
      assertThat(freed.get()).as("freed while it runs").isZero();
      assertThat(kept).isNotDone();
      gate.open.countDown();
      closer.join();
      assertThat(freed.get()).isOne();
      assertThat(running.join()).hasSize(2);
      assertThat(kept.join()).containsExactly(0.6f, 0.8f);
      assertThatThrownBy(() -> goes.submit(sequence(5), Priority.QUERY).get())
          .hasCauseInstanceOf(IllegalStateException.class);
      goes.close();
      assertThat(freed.get()).isOne();
    }
  }

  @Test
  void modelsComeAndGoUnderLoad() {
    AtomicInteger freed = new AtomicInteger();
    try (DynamicBatcher batcher = new DynamicBatcher(2, 1, 64, Duration.ofMillis(1), () -> 1);
        BatchedModel stays = batcher.open(constant(3, 4), () -> {})) {
      List<CompletableFuture<float[]>> kept = new ArrayList<>();
      for (int round = 0; round < 200; round++) {
        AtomicBoolean gone = new AtomicBoolean();
        BatchedModel goes =
            batcher.open(
                sequences -> {
                  if (gone.get()) {
                    throw new IllegalStateException("computed after it was freed");
                  }
                  return constant(1, 0).compute(sequences);
                },
                () -> {
                  gone.set(true);
                  freed.incrementAndGet();
                });
        kept.add(stays.submit(sequence(10), Priority.SERVED));
        goes.submit(sequence(10), Priority.SERVED).join();
        CompletableFuture<float[]> last = goes.submit(sequence(10), Priority.QUERY);
        goes.close();
        assertThat(last).as("neither computed nor failed").isDone();
        assertThat(gone).isTrue();
      }
      await(kept);
      assertThat(freed.get()).isEqualTo(200);
    }
  }
}
