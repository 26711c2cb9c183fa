package dev.freshet.pipeline.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.job.SourceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class IndexOperatorTest {
  /** By a name, because Flink copies the factory, and with it whatever it holds. */
  private static final Map<String, ManualIndexer> INDEXERS = new ConcurrentHashMap<>();

  private static final int MAX_PARALLELISM = 128;

  private final String name = "test-" + ThreadLocalRandom.current().nextLong();
  private final ManualIndexer indexer = new ManualIndexer();

  @BeforeEach
  void register() {
    INDEXERS.put(name, indexer);
  }

  @AfterEach
  void forget() {
    INDEXERS.remove(name);
  }

  /** Completes what it is told to. */
  private static final class ManualIndexer implements Indexer {
    private final List<Position> started = new CopyOnWriteArrayList<>();
    private final Map<Position, CompletableFuture<IndexedRecord>> outcomes = new HashMap<>();
    private boolean closed;

    @Override
    public synchronized CompletableFuture<IndexedRecord> index(SourceRecord source) {
      started.add(source.position());
      return outcomes.computeIfAbsent(source.position(), position -> new CompletableFuture<>());
    }

    synchronized CompletableFuture<IndexedRecord> of(int partition, long offset) {
      return Objects.requireNonNull(outcomes.get(new Position(partition, offset)));
    }

    void complete(int partition, long offset, String id) {
      of(partition, offset)
          .complete(new IndexedRecord(partition, offset, 0, id.getBytes(UTF_8), null, null));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void emitsWhatIsDoneInTheOrderOfEachDocumentAndSaysHowFarItIs() throws Exception {
    try (var harness = harness(10)) {
      harness.open();
      send(harness, 0, 1, "a");
      send(harness, 0, 2, "b");
      send(harness, 0, 3, "b");

      indexer.complete(0, 3, "b");
      indexer.complete(0, 2, "b");
      runMails(harness);
      assertThat(emitted(harness)).containsExactly("0@2", "0@3");
      assertThat(harness.getSideOutput(IndexOperator.SETTLED)).isNull();

      indexer.complete(0, 1, "a");
      runMails(harness);
      assertThat(emitted(harness)).containsExactly("0@2", "0@3", "0@1");
      assertThat(settled(harness)).containsExactly(new Position(0, 4));
    }
    assertThat(indexer.closed).isTrue();
  }

  @Test
  void aCheckpointHoldsWhatIsInFlightAndARestartIndexesItAgainInOrder() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(10)) {
      harness.open();
      for (int offset = 1; offset <= 6; offset++) {
        send(harness, 0, offset, "doc-" + offset % 2);
      }
      indexer.complete(0, 1, "doc-1");
      indexer.complete(0, 4, "doc-0"); // done, but it must wait for the one at 2
      runMails(harness);
      assertThat(emitted(harness)).containsExactly("0@1");
      state = harness.snapshot(1, 1);
    }
    indexer.started.clear();
    indexer.outcomes.clear();
    try (var harness = harness(10)) {
      harness.initializeState(state);
      harness.open();
      assertThat(indexer.started)
          .containsExactly(
              new Position(0, 2),
              new Position(0, 3),
              new Position(0, 4),
              new Position(0, 5),
              new Position(0, 6));
      for (int offset = 6; offset >= 2; offset--) {
        indexer.complete(0, offset, "doc-" + offset % 2);
      }
      runMails(harness);
      assertThat(emitted(harness)).containsExactly("0@3", "0@5", "0@2", "0@4", "0@6");
      assertThat(settled(harness)).endsWith(new Position(0, 7));
    }
  }

  @Test
  void afterARestartItKnowsWhatHadOvertakenThoseInFlightAndWhatIsQuiet() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(10)) {
      harness.open();
      for (int offset : List.of(5, 9, 10, 11)) {
        send(harness, 0, offset, "doc-" + offset);
      }
      send(harness, 1, 3, "quiet");
      indexer.complete(0, 10, "doc-10");
      indexer.complete(0, 11, "doc-11");
      indexer.complete(1, 3, "quiet");
      runMails(harness);
      state = harness.snapshot(1, 1);
    }
    indexer.outcomes.clear();
    try (var harness = harness(10)) {
      harness.initializeState(state);
      harness.open();
      assertThat(settled(harness))
          .containsExactlyInAnyOrder(new Position(0, 5), new Position(1, 4));
      indexer.complete(0, 9, "doc-9");
      indexer.complete(0, 5, "doc-5");
      runMails(harness);
      assertThat(settled(harness)).endsWith(new Position(0, 12));
    }
  }

  @Test
  void aCheckpointOfAnEarlierVersionIsRestored() throws Exception {
    OperatorSubtaskState state;
    try (var harness = new OneInputStreamOperatorTestHarness<>(new EarlierOperator())) {
      harness.open();
      harness.processElement(source(0, 5, "a"), Long.MIN_VALUE);
      harness.processElement(source(0, 6, "b"), Long.MIN_VALUE);
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness(10)) {
      harness.initializeState(state);
      harness.open();
      assertThat(settled(harness)).containsExactly(new Position(0, 5));
      indexer.complete(0, 5, "a");
      indexer.complete(0, 6, "b");
      runMails(harness);
      assertThat(settled(harness)).endsWith(new Position(0, 7));
    }
  }

  /** Has the state of an index job that did not keep how far it had read. */
  private static final class EarlierOperator extends AbstractStreamOperator<IndexedRecord>
      implements OneInputStreamOperator<SourceRecord, IndexedRecord> {
    private static final long serialVersionUID = 1;

    private transient @Nullable ListState<SourceRecord> records;

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
      records =
          context
              .getOperatorStateStore()
              .getListState(new ListStateDescriptor<>("in flight", SourceRecord.class));
    }

    @Override
    public void processElement(StreamRecord<SourceRecord> element) throws Exception {
      Objects.requireNonNull(records).add(element.getValue());
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "2, 3", "1, 2"})
  void aCheckpointOfAnotherParallelismIsNotRestored(int before, int after) throws Exception {
    var states = new ArrayList<OperatorSubtaskState>();
    for (int subtask = 0; subtask < before; subtask++) {
      try (var harness = harness(10, before, subtask)) {
        harness.open();
        states.add(harness.snapshot(1, 1));
      }
    }
    OperatorSubtaskState all =
        AbstractStreamOperatorTestHarness.repackageState(
            states.toArray(OperatorSubtaskState[]::new));
    for (int subtask = 0; subtask < after; subtask++) {
      try (var harness = harness(10, after, subtask)) {
        OperatorSubtaskState own =
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                all, MAX_PARALLELISM, before, after, subtask);
        assertThatThrownBy(() -> harness.initializeState(own))
            .as("subtask %d", subtask)
            .hasMessageContaining(
                "with parallelism %d and cannot be restored with %d", before, after);
      }
    }
  }

  @Test
  void aFullWindowTakesNothingMore() throws Exception {
    try (var harness = harness(2)) {
      harness.open();
      send(harness, 0, 1, "a");
      send(harness, 0, 2, "b");
      CompletableFuture<Void> other = CompletableFuture.runAsync(() -> indexer.complete(0, 2, "b"));

      send(harness, 0, 3, "c"); // returns once the mail of the one above has been run

      other.join();
      assertThat(emitted(harness)).containsExactly("0@2");
      assertThat(indexer.started).hasSize(3);
    }
  }

  @Test
  void theEndOfTheInputWaitsForWhatIsInFlight() throws Exception {
    try (var harness = harness(10)) {
      harness.open();
      send(harness, 0, 1, "a");
      CompletableFuture<Void> other = CompletableFuture.runAsync(() -> indexer.complete(0, 1, "a"));

      harness.endInput();

      other.join();
      assertThat(emitted(harness)).containsExactly("0@1");
    }
  }

  @Test
  void aFailureOfTheMachineFailsTheTask() throws Exception {
    try (var harness = harness(10)) {
      harness.open();
      send(harness, 0, 1, "a");
      indexer.of(0, 1).completeExceptionally(new IllegalStateException("device lost"));

      assertThatThrownBy(() -> runMails(harness)).hasRootCauseMessage("device lost");
      assertThat(harness.getOutput()).isEmpty();
    }
  }

  private OneInputStreamOperatorTestHarness<SourceRecord, IndexedRecord> harness(int capacity)
      throws Exception {
    return harness(capacity, 1, 0);
  }

  private OneInputStreamOperatorTestHarness<SourceRecord, IndexedRecord> harness(
      int capacity, int parallelism, int subtask) throws Exception {
    String key = name;
    return new OneInputStreamOperatorTestHarness<>(
        new IndexOperator.Factory(() -> Objects.requireNonNull(INDEXERS.get(key)), capacity),
        MAX_PARALLELISM,
        parallelism,
        subtask);
  }

  private static void send(
      OneInputStreamOperatorTestHarness<SourceRecord, IndexedRecord> harness,
      int partition,
      long offset,
      String id)
      throws Exception {
    harness.processElement(source(partition, offset, id), Long.MIN_VALUE);
  }

  private static SourceRecord source(int partition, long offset, String id) {
    return new SourceRecord(partition, offset, 0, id.getBytes(UTF_8), null);
  }

  private static void runMails(
      OneInputStreamOperatorTestHarness<SourceRecord, IndexedRecord> harness) throws Exception {
    var mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
    while (mail.isPresent()) {
      Mail next = mail.get();
      next.run();
      mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
    }
  }

  private static List<String> emitted(
      OneInputStreamOperatorTestHarness<SourceRecord, IndexedRecord> harness) {
    var emitted = new ArrayList<String>();
    for (IndexedRecord outcome : harness.extractOutputValues()) {
      emitted.add(outcome.partition() + "@" + outcome.offset());
    }
    return emitted;
  }

  private static List<Position> settled(
      OneInputStreamOperatorTestHarness<SourceRecord, IndexedRecord> harness) {
    return harness.getSideOutput(IndexOperator.SETTLED).stream()
        .map(record -> record.getValue())
        .toList();
  }
}
