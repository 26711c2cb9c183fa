package dev.freshet.pipeline.job;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.DeadLetter;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.ModelsReader;
import dev.freshet.pipeline.kafka.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
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
 * for one {@link #TURN} more than the one before it, and then looks whether it stands there.
 *
 * <p>By partition of the record; parallelism 1.
 */
final class ReportOnce extends KeyedProcessFunction<Integer, Rejection, Rejection> {
  private static final long serialVersionUID = 1;

  /** Timers are for whole seconds: a flood of records must not be one of timers. */
  private static final long TIMER_MILLIS = 1_000;

  /** Longer than it takes to report a record that another job has come upon. */
  static final Duration TURN = Duration.ofSeconds(2);

  /** What others have reported, and which others there are, is not asked for more often. */
  private static final long LOOK_MILLIS = 100;

  private final JobConfig config;
  private final String topic;

  /** Of this job; null where it alone reads the topic. */
  private final @Nullable Integer generation;

  private transient int turn;
  private transient long lookedMillis;
  private transient @Nullable TopicReader letters;
  private transient @Nullable ModelsReader models;
  private transient PositionSet reported = new PositionSet();
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
    reported = new PositionSet();
    letters = new TopicReader(KafkaClients.properties(settings.kafka()), topics.deadLetters());
    held =
        getRuntimeContext().getMapState(new MapStateDescriptor<>("held", Long.class, Held.class));
    if (generation != null) {
      models = new ModelsReader(settings.kafka(), topics);
    }
    look();
  }

  /** Learns what was reported since the last time, and whose turn it is. */
  private void look() {
    readOn();
    if (generation != null) {
      turn = turn(opened(models).read(), generation);
    }
  }

  /**
   * How many jobs come before a generation's: no two that are to run have the same turn, however
   * many generations there were. A job that is to end, or of a generation not announced yet, comes
   * after them all.
   */
  static int turn(Generations all, int generation) {
    SortedSet<Integer> jobs = all.vectorsInUse();
    return jobs.contains(generation) ? jobs.headSet(generation).size() : jobs.size();
  }

  @Override
  public void processElement(Rejection rejected, Context context, Collector<Rejection> out)
      throws Exception {
    if (reported.contains(rejected.position())) {
      return;
    }
    long now = context.timerService().currentProcessingTime();
    if (generation != null && now >= lookedMillis + LOOK_MILLIS) {
      lookedMillis = now;
      // Turns move up when an older generation retires: one that was counted once would be shared.
      look();
    }
    if (turn == 0) {
      report(rejected, out);
      return;
    }
    long due = now + TURN.multipliedBy(turn).toMillis();
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
    if (models != null) {
      models.close();
    }
  }
}
