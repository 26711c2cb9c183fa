package dev.freshet.pipeline.index;

import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.job.SourceRecord;
import java.util.List;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.SerializableSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Async I/O that keeps the order of each document and of nothing else. Flink's own keeps either the
 * order of the whole stream, and then every short document waits for the long one before it, or no
 * order at all, and then the older of two versions may be written last.
 *
 * <p>Many records are in flight, so that the batcher of this JVM's encoder always has texts of like
 * length to put together.
 *
 * <p>Emits every outcome, and beside it on {@link #SETTLED} how far each partition has got: up to
 * where every outcome has been emitted.
 *
 * <p>A checkpoint holds the records in flight as they came, and how far each partition was read:
 * some that came later may have left. After a restart the records are indexed again, before
 * anything new, and what is settled is said anew. Flink would deal the records out to another
 * number of subtasks without regard to their partitions; so that number is in the checkpoint, too,
 * and must be the same.
 */
final class IndexOperator extends AbstractStreamOperator<IndexedRecord>
    implements OneInputStreamOperator<SourceRecord, IndexedRecord>, BoundedOneInput {
  private static final long serialVersionUID = 1;

  /** By partition the offset after the last of the records that have been dealt with. */
  static final OutputTag<Position> SETTLED =
      new OutputTag<>("settled", TypeInformation.of(Position.class));

  private final SerializableSupplier<Indexer> opener;
  private final int capacity;
  private final transient MailboxExecutor mailbox;
  private final transient InFlight inFlight = new InFlight();
  private transient @Nullable Indexer indexer;
  private transient @Nullable ListState<SourceRecord> records;
  private transient @Nullable ListState<Position> ends;
  private transient @Nullable ListState<Integer> subtasks;
  private transient @Nullable Counter accepted;
  private transient @Nullable Counter rejected;

  private IndexOperator(
      StreamOperatorParameters<IndexedRecord> parameters,
      SerializableSupplier<Indexer> opener,
      int capacity) {
    super(parameters);
    this.opener = opener;
    this.capacity = capacity;
    this.mailbox = parameters.getMailboxExecutor();
  }

  /** What Flink makes the operator with, in every subtask. */
  static final class Factory extends AbstractStreamOperatorFactory<IndexedRecord>
      implements OneInputStreamOperatorFactory<SourceRecord, IndexedRecord> {
    private static final long serialVersionUID = 1;

    private final SerializableSupplier<Indexer> opener;
    private final int capacity;

    /**
     * @param opener makes the indexer where the task runs; the operator closes it
     * @param capacity most records in flight in a subtask
     */
    Factory(SerializableSupplier<Indexer> opener, int capacity) {
      this.opener = opener;
      this.capacity = capacity;
      setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    @Override
    @SuppressWarnings("unchecked") // Flink asks for the type that this factory was made for.
    public <T extends StreamOperator<IndexedRecord>> T createStreamOperator(
        StreamOperatorParameters<IndexedRecord> parameters) {
      return (T) new IndexOperator(parameters, opener, capacity);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Flink declares it
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
      return IndexOperator.class;
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when the checkpoint is one of another number of subtasks
   */
  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    OperatorStateStore store = context.getOperatorStateStore();
    records = store.getListState(new ListStateDescriptor<>("in flight", SourceRecord.class));
    ends = store.getListState(new ListStateDescriptor<>("ends", Position.class));
    // All of it for all of them: of two subtasks' parts a third would get none.
    subtasks = store.getUnionListState(new ListStateDescriptor<>("subtasks", Integer.class));
    for (int before : opened(subtasks).get()) {
      if (before != subtasks()) {
        throw new IllegalStateException(
            "the checkpoint is of an index job with parallelism %d and cannot be restored with %d: records in flight would lose their order. Restore it with parallelism %d, or start the job without it, from the beginning of its topic"
                .formatted(before, subtasks(), before));
      }
    }
  }

  private int subtasks() {
    return getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    opened(records).update(inFlight.records());
    opened(ends).update(inFlight.ends());
    opened(subtasks).update(List.of(subtasks()));
  }

  @Override
  public void open() throws Exception {
    super.open();
    accepted = getMetricGroup().counter("recordsAccepted");
    rejected = getMetricGroup().counter("recordsRejected");
    indexer = opener.get();
    for (Position end : opened(ends).get()) {
      inFlight.resume(end);
    }
    for (SourceRecord source : opened(records).get()) {
      start(source);
    }
    // Nothing more may come in a partition, and yet all must learn how far it is settled.
    for (Position settled : inFlight.settled()) {
      output.collect(SETTLED, new StreamRecord<>(settled));
    }
  }

  @Override
  public void processElement(StreamRecord<SourceRecord> element) throws Exception {
    while (inFlight.size() >= capacity) {
      mailbox.yield();
    }
    start(element.getValue());
  }

  private void start(SourceRecord source) {
    InFlight.Entry entry = inFlight.add(source);
    // Once the task has ended its mailbox refuses, and nobody wants the outcome any more.
    var unused =
        opened(indexer)
            .index(source)
            .whenComplete(
                (outcome, failure) ->
                    mailbox.execute(
                        () -> finish(entry, outcome, failure), "outcome of %s", source.position()));
  }

  private void finish(
      InFlight.Entry entry, @Nullable IndexedRecord outcome, @Nullable Throwable failure)
      throws Exception {
    if (outcome == null) {
      throw new IllegalStateException("a record could not be indexed", failure);
    }
    inFlight.done(entry, outcome, this::emit);
  }

  private void emit(IndexedRecord outcome) {
    opened(outcome.accepted() ? accepted : rejected).inc();
    output.collect(new StreamRecord<>(outcome));
    int partition = outcome.partition();
    long settled = inFlight.settled(partition);
    if (settled > outcome.offset()) {
      output.collect(SETTLED, new StreamRecord<>(new Position(partition, settled)));
    }
  }

  @Override
  public void endInput() throws Exception {
    while (!inFlight.isEmpty()) {
      mailbox.yield();
    }
  }

  @Override
  public void close() throws Exception {
    if (indexer != null) {
      indexer.close();
    }
    super.close();
  }

  private static <T> T opened(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("not open");
    }
    return value;
  }
}
