package dev.freshet.pipeline.job;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.DeadLetter;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Lets a rejected record pass the first time only. A restart reads records again, a new generation
 * reads all documents, and the jobs of several generations read the same new ones; what was
 * reported before stands in {@code dead-letters} itself, so that topic is the memory. Jobs that may
 * come upon a record at the same moment are given different delays, after which they look whether
 * it stands there.
 *
 * <p>By partition of the record; parallelism 1.
 */
final class ReportOnce extends KeyedProcessFunction<Integer, Rejection, Rejection> {
  private static final long serialVersionUID = 1;

  /** Timers are for whole seconds: a flood of records must not be one of timers. */
  private static final long TIMER_MILLIS = 1_000;

  private final JobConfig config;
  private final String topic;
  private final long delayMillis;
  private transient @Nullable TopicReader letters;
  private transient Set<Position> reported = new HashSet<>();
  private transient @Nullable MapState<Long, Held> held;

  /** A rejection that is yet to be reported, here or by another job. */
  public record Held(long dueMillis, Rejection rejection) {}

  /**
   * @param topic that the records stand in
   * @param delay before a record is reported
   */
  ReportOnce(JobConfig config, String topic, Duration delay) {
    this.config = config;
    this.topic = topic;
    this.delayMillis = delay.toMillis();
  }

  @Override
  public void open(OpenContext context) {
    FreshetConfig settings = config.load();
    var topics = new Topics(settings.kafka().topicPrefix());
    reported = new HashSet<>();
    letters = new TopicReader(KafkaClients.properties(settings.kafka()), topics.deadLetters());
    held =
        getRuntimeContext().getMapState(new MapStateDescriptor<>("held", Long.class, Held.class));
    readOn();
  }

  @Override
  public void processElement(Rejection rejected, Context context, Collector<Rejection> out)
      throws Exception {
    if (reported.contains(rejected.position())) {
      return;
    }
    if (delayMillis == 0) {
      readOn();
      report(rejected, out);
      return;
    }
    long due = context.timerService().currentProcessingTime() + delayMillis;
    opened(held).put(rejected.offset(), new Held(due, rejected));
    context
        .timerService()
        .registerProcessingTimeTimer((due + TIMER_MILLIS - 1) / TIMER_MILLIS * TIMER_MILLIS);
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Rejection> out)
      throws Exception {
    List<Rejection> due = new ArrayList<>();
    for (Held each : opened(held).values()) {
      if (each.dueMillis() <= time) {
        due.add(each.rejection());
      }
    }
    readOn();
    for (Rejection rejected : due) {
      opened(held).remove(rejected.offset());
      report(rejected, out);
    }
  }

  private void report(Rejection rejected, Collector<Rejection> out) {
    if (reported.add(rejected.position())) {
      out.collect(rejected);
    }
  }

  /** What was reported since the last time, by whomever. */
  private void readOn() {
    opened(letters)
        .read(letter -> DeadLetter.position(letter.headers(), topic).ifPresent(reported::add));
  }

  private static <T> T opened(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("not open");
    }
    return value;
  }

  @Override
  public void close() {
    if (letters != null) {
      letters.close();
    }
  }
}
