package dev.freshet.pipeline.tune;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.config.TuneConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.job.DeadLetters;
import dev.freshet.pipeline.job.JobConfig;
import dev.freshet.pipeline.job.KafkaEnds;
import dev.freshet.pipeline.job.SourceRecord;
import java.time.Clock;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * The topology of the tune job.
 *
 * <pre>
 * impressions ──▶ decode ─┐
 *                         ├─ by query id ─▶ join ─▶ by client: limit ─▶ rounds ─▶ models, registry
 * clicks ───────▶ decode ─┘                                               ▲
 *                   └─ malformed ─ once ─▶ dead-letters                   └─ documents: vectors.g
 * </pre>
 *
 * <p>Event time is when things happened, but never later than Kafka took them in; it passes as
 * Kafka takes things in, so that no client's clock can hurry it.
 */
public final class TuneJob {
  /** The least time after which a topic where nothing arrives does not hold the others up. */
  private static final Duration LEAST_IDLE = Duration.ofSeconds(1);

  /**
   * By how much one topic is read ahead of the other, but for what is read between two looks: after
   * an outage there is much of both, and clicks wait for their pages. Flink remembers how far a
   * source was when its task failed: where nothing comes in one topic after that, the other goes no
   * farther ahead until something does.
   */
  private static final Duration MOST_AHEAD = Duration.ofMinutes(1);

  private TuneJob() {}

  /** The job's name: what the dashboards and the logs call it. Two Freshets may share a Flink. */
  public static String name(Topics topics) {
    return topics.prefix().replaceFirst("\\.$", "-") + "tune";
  }

  /**
   * Adds the topology to the environment. The topics must exist.
   *
   * @throws InvalidConfigException when there is to be no round, or none could ever succeed
   */
  public static void define(StreamExecutionEnvironment env, FreshetConfig config) {
    JobConfig jobConfig = new JobConfig(config);
    // Here, where somebody sees what is wrong.
    if (config.tune().start() == TuneConfig.Start.NEVER) {
      throw new InvalidConfigException("tune.start is never: there is no round to run");
    }
    ServedRound.check(config);
    define(env, config, () -> new ServedRound(jobConfig.load(), Clock.systemUTC()));
  }

  /**
   * @param rounds makes what runs rounds, where the task runs
   */
  static void define(
      StreamExecutionEnvironment env,
      FreshetConfig config,
      SerializableSupplier<RoundRunner> rounds) {
    var topics = new Topics(config.kafka().topicPrefix());

    SingleOutputStreamOperator<ShownPage> pages =
        read(env, config, topics.impressions())
            .process(FeedbackDecoder.ofImpressions(topics.impressions()))
            .returns(ShownPage.class)
            .name("pages")
            .uid("pages");
    SingleOutputStreamOperator<ClickedObject> clicks =
        read(env, config, topics.clicks())
            .process(FeedbackDecoder.ofClicks(topics.clicks()))
            .returns(ClickedObject.class)
            .name("clicked")
            .uid("clicked");
    DeadLetters.send(pages.getSideOutput(FeedbackDecoder.REJECTED), config, topics.impressions());
    DeadLetters.send(clicks.getSideOutput(FeedbackDecoder.REJECTED), config, topics.clicks());

    pages
        .keyBy(ShownPage::queryId)
        .connect(clicks.keyBy(ClickedObject::queryId))
        .process(new ClickJoin(config.tune().attributionWindow()))
        .returns(ClickedPage.class)
        .name("join")
        .uid("join")
        .keyBy(TuneJob::client)
        .process(new ClientLimit(config.tune().perClient()))
        .returns(ClickedPage.class)
        .name("limit")
        .uid("limit")
        .transform(
            "rounds",
            TypeInformation.of(RoundRunner.Ending.class),
            new RoundOperator.Factory(new JobConfig(config), rounds))
        .uid("rounds")
        .forceNonParallel()
        .sinkTo(new DiscardingSink<>())
        .setParallelism(1)
        .name("told")
        .uid("told");
  }

  /** Pages of those who are not known belong to nobody. */
  private static String client(ClickedPage clicked) {
    String client = clicked.page().clientId();
    return client == null ? "?" + clicked.page().queryId() : "=" + client;
  }

  private static SingleOutputStreamOperator<SourceRecord> read(
      StreamExecutionEnvironment env, FreshetConfig config, String topic) {
    return env.fromSource(
            KafkaEnds.source(config, topic),
            WatermarkStrategy.<SourceRecord>forBoundedOutOfOrderness(config.tune().lateness())
                .withTimestampAssigner((record, arrival) -> record.timestampMillis())
                .withIdleness(idle(config))
                .withWatermarkAlignment("feedback", MOST_AHEAD),
            topic)
        .uid(topic);
  }

  /** One that has much to read and is slow to begin, after an outage say, must not seem idle. */
  private static Duration idle(FreshetConfig config) {
    Duration lateness = config.tune().lateness();
    return lateness.compareTo(LEAST_IDLE) < 0 ? LEAST_IDLE : lateness;
  }
}
