package dev.freshet.pipeline.tune;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.TuneConfig;
import dev.freshet.pipeline.job.JobConfig;
import dev.freshet.pipeline.job.JobCounters;
import dev.freshet.training.feedback.FeedbackRound;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.function.SerializableSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects interactions, and runs a round on a thread of its own whenever one is due; checkpoints
 * and the stream go on meanwhile. Parallelism 1.
 *
 * <p>A checkpoint holds the interactions of a round until it is over: after a crash it is run
 * again. What is emitted tells how each round ended.
 */
final class RoundOperator extends AbstractStreamOperator<RoundRunner.Ending>
    implements OneInputStreamOperator<ClickedPage, RoundRunner.Ending> {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(RoundOperator.class);

  /** Time between two looks whether a round is due. */
  private static final long LOOK_MILLIS = 500;

  /** After a round that crashed: what it stumbled over may still lie there. */
  private static final Duration BACK_OFF = Duration.ofSeconds(30);

  /** While a generation is on its way. */
  private static final Duration POSTPONED = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final List<String> PARTS = List.of("fresh", "replay", "past");

  private final TuneConfig config;
  private final double heldOut;
  private final String topicPrefix;
  private final SerializableSupplier<RoundRunner> opener;
  private final transient MailboxExecutor mailbox;
  private transient @Nullable RoundBuffer buffer;
  private transient List<ListState<ClickedPage>> states = List.of();
  private transient @Nullable ListState<Integer> seen;
  private transient @Nullable ListState<Long> since;
  private transient @Nullable ListState<String> taught;
  private transient @Nullable RoundRunner runner;
  private transient @Nullable ExecutorService thread;
  private transient boolean running;
  private transient long notBeforeMillis;
  private transient @Nullable Counter left;
  private transient @Nullable Counter failed;

  /** Why the last round failed, of which people know; empty where it did not. */
  private transient String told = "";

  private RoundOperator(
      StreamOperatorParameters<RoundRunner.Ending> parameters,
      FreshetConfig config,
      SerializableSupplier<RoundRunner> opener) {
    super(parameters);
    this.config = config.tune();
    this.heldOut = config.gate().heldOut();
    this.topicPrefix = config.kafka().topicPrefix();
    this.opener = opener;
    mailbox = parameters.getMailboxExecutor();
  }

  /** What Flink makes the operator with. */
  static final class Factory extends AbstractStreamOperatorFactory<RoundRunner.Ending>
      implements OneInputStreamOperatorFactory<ClickedPage, RoundRunner.Ending> {
    private static final long serialVersionUID = 1;

    private final JobConfig config;
    private final SerializableSupplier<RoundRunner> opener;

    /**
     * @param opener makes the runner where the task runs
     */
    Factory(JobConfig config, SerializableSupplier<RoundRunner> opener) {
      this.config = config;
      this.opener = opener;
    }

    @Override
    @SuppressWarnings("unchecked") // Flink asks for the type that this factory was made for.
    public <T extends StreamOperator<RoundRunner.Ending>> T createStreamOperator(
        StreamOperatorParameters<RoundRunner.Ending> parameters) {
      return (T) new RoundOperator(parameters, config.load(), opener);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Flink declares it
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
      return RoundOperator.class;
    }
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    RoundBuffer restored = new RoundBuffer(config, heldOut, now());
    states =
        List.of(
            state(context, PARTS.get(0)),
            state(context, PARTS.get(1)),
            state(context, PARTS.get(2)));
    seen = state(context, "seen", Integer.class);
    since = state(context, "since", Long.class);
    taught = state(context, "taught", String.class);
    restored.restore(states.get(0).get(), states.get(1).get(), states.get(2).get());
    restored.restore(
        only(seen.get(), restored.seenBefore()),
        only(since.get(), restored.sinceMillis()),
        taught.get());
    buffer = restored;
  }

  private static ListState<ClickedPage> state(StateInitializationContext context, String name)
      throws Exception {
    return state(context, name, ClickedPage.class);
  }

  private static <T> ListState<T> state(
      StateInitializationContext context, String name, Class<T> type) throws Exception {
    return context.getOperatorStateStore().getListState(new ListStateDescriptor<>(name, type));
  }

  /** What a checkpoint has of something there is one of; else what it is without a checkpoint. */
  private static <T> T only(Iterable<T> state, T otherwise) {
    Iterator<T> values = state.iterator();
    return values.hasNext() ? values.next() : otherwise;
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    List<List<ClickedPage>> parts = opened(buffer).parts();
    for (int i = 0; i < parts.size(); i++) {
      states.get(i).update(parts.get(i));
    }
    opened(seen).update(List.of(opened(buffer).seenBefore()));
    opened(since).update(List.of(opened(buffer).sinceMillis()));
    opened(taught).update(opened(buffer).taught());
  }

  @Override
  public void open() throws Exception {
    super.open();
    left = getMetricGroup().counter("interactionsLeft");
    failed = getMetricGroup().counter("roundsFailed");
    getMetricGroup().gauge("interactionsFresh", () -> opened(buffer).fresh());
    runner = opener.get();
    thread =
        Executors.newSingleThreadExecutor(
            task -> {
              var worker = new Thread(task, "tuning-round");
              worker.setDaemon(true);
              return worker;
            });
    lookLater();
  }

  @Override
  public void processElement(StreamRecord<ClickedPage> element) {
    opened(left).inc(opened(buffer).add(element.getValue()));
    startIfDue();
  }

  private void lookLater() {
    var unused =
        getProcessingTimeService()
            .registerTimer(
                now() + LOOK_MILLIS,
                time -> {
                  startIfDue();
                  lookLater();
                });
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  private void startIfDue() {
    RoundBuffer interactions = opened(buffer);
    if (running || now() < notBeforeMillis || !interactions.isDue(now())) {
      return;
    }
    running = true;
    long given = interactions.end();
    Supplier<FeedbackRound.Lesson> lesson = interactions.lesson();
    var unused =
        CompletableFuture.supplyAsync(() -> opened(runner).run(lesson), opened(thread))
            .whenComplete(
                (ended, failure) ->
                    mailbox.execute(() -> finish(given, ended, failure), "end of a round"));
  }

  /**
   * @param given end of what the round was given
   */
  private void finish(long given, RoundRunner.@Nullable Ended ended, @Nullable Throwable failure) {
    running = false;
    if (ended == null) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      if (!(cause instanceof CancellationException)) {
        LOG.error("a tuning round failed; it is run again in {}", BACK_OFF, cause);
        opened(failed).inc();
        tell(String.valueOf(cause));
      }
      notBeforeMillis = now() + BACK_OFF.toMillis();
      return;
    }
    told = "";
    Instant until = ended.until();
    switch (ended.ending()) {
      case POSTPONED -> {
        notBeforeMillis = now() + POSTPONED.toMillis();
        return;
      }
      case PUBLISHED -> opened(buffer).replay(given, until, now());
      case UNPROVEN -> opened(buffer).keep(given, until, now());
      case REJECTED -> opened(buffer).drop(given, until, now());
    }
    if (JobCounters.isCounted(ClickOutcome.JOINED.counter())) {
      LOG.info(
          "a round is over: {}; clicks since the start: {}",
          ended.ending(),
          ClickOutcome.told(JobCounters::count));
    }
    output.collect(new StreamRecord<>(ended.ending()));
  }

  /** Once, however often the same comes again. */
  private void tell(String why) {
    if (!why.equals(told)) {
      told = why;
      RoundFailures.tell(
          topicPrefix,
          "a tuning round failed, and is run again every %d seconds; what is served stays as it is: %s"
              .formatted(BACK_OFF.toSeconds(), why));
    }
  }

  /** Interrupts a round that runs, and waits for it: its modules are not to be published later. */
  @Override
  public void close() throws Exception {
    if (thread != null) {
      thread.shutdownNow();
      if (!thread.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("a tuning round does not end within {}", PATIENCE);
      }
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
