package dev.freshet.pipeline.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.job.JobConfig;
import dev.freshet.pipeline.job.JobCounters;
import dev.freshet.training.feedback.FeedbackRound;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class RoundOperatorTest {
  /** By a name, because Flink copies the factory, and with it whatever it holds. */
  private static final Map<String, ManualRounds> ROUNDS = new ConcurrentHashMap<>();

  private final String name = "test-" + ThreadLocalRandom.current().nextLong();
  private final ManualRounds rounds = new ManualRounds();

  @BeforeEach
  void register() {
    ROUNDS.put(name, rounds);
  }

  @AfterEach
  void forget() {
    ROUNDS.remove(name);
  }

  /** Ends a round when it is told to. */
  private static final class ManualRounds implements RoundRunner {
    private final List<FeedbackRound.Lesson> begun = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Ending> endings = new ArrayBlockingQueue<>(10);
    private volatile Instant until = Instant.MAX;
    private volatile boolean isBroken;
    private volatile boolean interrupted;

    @Override
    public Ended run(Supplier<FeedbackRound.Lesson> lesson) {
      begun.add(lesson.get());
      if (isBroken) {
        throw new IllegalStateException("no document can be read");
      }
      try {
        return new Ended(endings.take(), until);
      } catch (InterruptedException e) {
        interrupted = true;
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted");
      }
    }
  }

  private OneInputStreamOperatorTestHarness<ClickedPage, RoundRunner.Ending> harness()
      throws Exception {
    String key = name;
    FreshetConfig config = FreshetConfig.defaults().withTune(RoundBufferTest.config());
    return new OneInputStreamOperatorTestHarness<>(
        new RoundOperator.Factory(
            new JobConfig(config), () -> Objects.requireNonNull(ROUNDS.get(key))));
  }

  private static void add(
      OneInputStreamOperatorTestHarness<ClickedPage, RoundRunner.Ending> harness, int from, int to)
      throws Exception {
    for (int i = from; i < to; i++) {
      harness.processElement(Pages.clicked("q" + i, null, i), i);
    }
  }

  private static void awaitEnd(
      OneInputStreamOperatorTestHarness<ClickedPage, RoundRunner.Ending> harness, int ends) {
    await()
        .pollInSameThread()
        .until(
            () -> {
              var mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
              if (mail.isPresent()) {
                mail.get().run();
              }
              return harness.extractOutputValues().size() == ends;
            });
  }

  @Test
  void theStreamGoesOnWhileARoundIsUnderWay() throws Exception {
    try (var harness = harness()) {
      harness.open();
      add(harness, 0, 8);
      await().until(() -> rounds.begun.size() == 1);
      add(harness, 8, 12);
      harness.snapshot(1, 1);
      assertThat(rounds.begun).hasSize(1);
      rounds.endings.add(RoundRunner.Ending.PUBLISHED);
      awaitEnd(harness, 1);
      add(harness, 12, 16);
      await().until(() -> rounds.begun.size() == 2);
      assertThat(rounds.begun.get(1).fresh().size()).isEqualTo(8);
      assertThat(rounds.begun.get(1).replay().size()).isEqualTo(6);
    }
  }

  @Test
  void theEndOfARoundTellsWhatBecameOfTheClicks() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(RoundOperator.class);
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.start();
    logger.addAppender(told);
    logger.setLevel(Level.INFO);
    MetricReporter reporter = new JobCounters.Factory().createMetricReporter(new Properties());
    Counter late = new SimpleCounter();
    late.inc(3);
    long lateBefore = JobCounters.count("clicksLate");
    try (var harness = harness()) {
      MetricGroup group = UnregisteredMetricsGroup.createOperatorMetricGroup();
      reporter.notifyOfAddedMetric(new SimpleCounter(), "clicksJoined", group);
      reporter.notifyOfAddedMetric(late, "clicksLate", group);
      harness.open();
      add(harness, 0, 8);
      rounds.endings.add(RoundRunner.Ending.REJECTED);
      awaitEnd(harness, 1);
      assertThat(told.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .filteredOn(
              line -> line.startsWith("a round is over: REJECTED; clicks since the start: "))
          .singleElement()
          .asString()
          .contains(" joined, ", " %,d late, ".formatted(lateBefore + 3), " other action");
    } finally {
      logger.detachAppender(told);
      logger.setLevel(null);
    }
  }

  @Test
  void aRoundIsDueByTimeToo() throws Exception {
    try (var harness = harness()) {
      harness.open();
      add(harness, 0, 5);
      harness.setProcessingTime(59_000);
      assertThat(rounds.begun).isEmpty();
      harness.setProcessingTime(61_000);
      await().until(() -> rounds.begun.size() == 1);
    }
  }

  @Test
  void theTimeUntilARoundGoesOnAcrossARestart() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness()) {
      harness.open();
      add(harness, 0, 5);
      harness.setProcessingTime(50_000);
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.setProcessingTime(55_000);
      harness.initializeState(state);
      harness.open();
      harness.setProcessingTime(59_000);
      assertThat(rounds.begun).isEmpty();
      harness.setProcessingTime(61_000);
      await().until(() -> rounds.begun.size() == 1);
    }
  }

  @Test
  void aRoundThatARestartCutShortIsRunAgain() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness()) {
      harness.open();
      add(harness, 0, 8);
      await().until(() -> rounds.begun.size() == 1);
      state = harness.snapshot(1, 1);
    }
    assertThat(rounds.interrupted).isTrue();
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      harness.setProcessingTime(1_000);
      await().until(() -> rounds.begun.size() == 2);
      assertThat(rounds.begun.get(1)).isEqualTo(rounds.begun.get(0));
    }
  }

  @Test
  void afterARoundThatWasAnnouncedBeforeACrashTheOthersAreFresh() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness()) {
      harness.open();
      add(harness, 0, 8);
      await().until(() -> rounds.begun.size() == 1);
      add(harness, 8, 17); // before the end of the round, which the checkpoint does not know
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      rounds.until = Instant.ofEpochMilli(7);
      rounds.endings.add(RoundRunner.Ending.REJECTED);
      harness.setProcessingTime(1_000);
      awaitEnd(harness, 1);
      assertThat(rounds.begun.get(1).fresh().size()).isEqualTo(17);
      harness.setProcessingTime(2_000);
      await().until(() -> rounds.begun.size() == 3);
      assertThat(rounds.begun.get(2).fresh().size()).isEqualTo(9);
    }
  }

  @Test
  void aRestartDoesNotTryAgainWhatProvedNothing() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness()) {
      harness.open();
      rounds.endings.add(RoundRunner.Ending.UNPROVEN);
      add(harness, 0, 8);
      awaitEnd(harness, 1);
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      harness.setProcessingTime(1_000);
      add(harness, 8, 15);
      assertThat(rounds.begun).hasSize(1);
      add(harness, 15, 16);
      await().until(() -> rounds.begun.size() == 2);
      assertThat(rounds.begun.get(1).fresh().size()).isEqualTo(16);
    }
  }

  @Test
  void aRoundThatCannotBeginYetIsTriedAgainWithAllThatCameMeanwhile() throws Exception {
    try (var harness = harness()) {
      harness.open();
      rounds.endings.add(RoundRunner.Ending.POSTPONED);
      add(harness, 0, 8);
      await()
          .pollInSameThread()
          .until(
              () -> {
                var mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
                mail.ifPresent(
                    each -> {
                      try {
                        each.run();
                      } catch (Exception e) {
                        throw new IllegalStateException(e);
                      }
                    });
                return mail.isPresent();
              });
      add(harness, 8, 9);
      assertThat(rounds.begun).hasSize(1);
      harness.setProcessingTime(10_000);
      await().until(() -> rounds.begun.size() == 2);
      assertThat(rounds.begun.get(1).fresh().size()).isEqualTo(9);
      assertThat(harness.extractOutputValues()).isEmpty();
    }
  }

  @Test
  void thatRoundsFailIsToldOnceUntilOneDoesNot() throws Exception {
    List<String> reports = new CopyOnWriteArrayList<>();
    String prefix = FreshetConfig.defaults().kafka().topicPrefix();
    RoundFailures.listen(prefix, reports::add);
    try (var harness = harness()) {
      harness.open();
      rounds.isBroken = true;
      add(harness, 0, 8);
      awaitMail(harness);
      harness.setProcessingTime(31_000);
      await().until(() -> rounds.begun.size() == 2);
      awaitMail(harness);
      assertThat(reports).singleElement().asString().contains("no document can be read");
      rounds.isBroken = false;
      rounds.endings.add(RoundRunner.Ending.UNPROVEN);
      harness.setProcessingTime(62_000);
      awaitEnd(harness, 1);
      rounds.isBroken = true;
      add(harness, 8, 16);
      awaitMail(harness);
      assertThat(reports).hasSize(2);
    } finally {
      RoundFailures.forget(prefix);
    }
  }

  /** The end of a round, however it ended. */
  private static void awaitMail(
      OneInputStreamOperatorTestHarness<ClickedPage, RoundRunner.Ending> harness) throws Exception {
    await().pollInSameThread().until(() -> harness.getTaskMailbox().hasMail());
    harness.getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
  }
}
