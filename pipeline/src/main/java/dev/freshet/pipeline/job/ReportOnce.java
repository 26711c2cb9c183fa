package dev.freshet.pipeline.job;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.DeadLetter;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.kafka.TopicReader;
import java.time.Clock;
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
 * reported before stands in {@code dead-letters} itself, so that topic is the memory. Jobs of
 * generations that live at the same time would come upon a record at the same moment: each waits
 * for another while, and then looks whether it stands there.
 *
 * <p>By partition of the record; parallelism 1.
 */
final class ReportOnce extends KeyedProcessFunction<Integer, Rejection, Rejection> {
  private static final long serialVersionUID = 1;

  /** Timers are for whole seconds: a flood of records must not be one of timers. */
  private static final long TIMER_MILLIS = 1_000;

  /** Longer than it takes to report a record that another job has come upon. */
  static final Duration TURN = Duration.ofSeconds(2);

  /** A served one, some that are kept, one that is built: more would wait in vain. */
  private static final int TURNS = 5;

  /** What others have reported is not asked for more often. */
  private static final long LOOK_MILLIS = 100;

  private final JobConfig config;
  private final String topic;

  /** Of this job; null where it alone reads the topic. */
  private final @Nullable Integer generation;

  private transient long delayMillis;
  private transient long lookedMillis;
  private transient @Nullable TopicReader letters;
  private transient Set<Position> reported = new HashSet<>();
  private transient @Nullable MapState<Long, Held> held;

  /** A rejection that is yet to be reported, here or by another job. */
  public record Held(long dueMillis, Rejection rejection) {}

  /**
   * @param topic that the records stand in
   * @param generation of this job; null where it alone reads the topic
   */
  ReportOnce(JobConfig config, String topic, @Nullable Integer generation) {
    this.config = config;
    this.topic = topic;
    this.generation = generation;
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
    if (generation != null) {
      Generations all = new ModelsTopic(settings.kafka(), topics, Clock.systemUTC()).read();
      delayMillis = TURN.multipliedBy(all.encodedBefore(generation) % TURNS).toMillis();
    }
  }

  @Override
  public void processElement(Rejection rejected, Context context, Collector<Rejection> out)
      throws Exception {
    if (reported.contains(rejected.position())) {
      return;
    }
    long now = context.timerService().currentProcessingTime();
    if (delayMillis == 0) {
      if (generation != null && now >= lookedMillis + LOOK_MILLIS) {
        lookedMillis = now;
        readOn();
      }
      report(rejected, out);
      return;
    }
    long due = now + delayMillis;
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
