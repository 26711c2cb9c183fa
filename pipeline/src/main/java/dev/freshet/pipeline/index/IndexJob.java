package dev.freshet.pipeline.index;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.job.DeadLetters;
import dev.freshet.pipeline.job.JobConfig;
import dev.freshet.pipeline.job.KafkaEnds;
import dev.freshet.pipeline.job.Rejection;
import dev.freshet.pipeline.job.SourceRecord;
import java.util.OptionalInt;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The topology of one generation's index job.
 *
 * <pre>
 *                                        ┌─ accepted ─────────────▶ vectors.g
 * documents ──▶ index (decode, cut,   ───┼─ rejected ─ once ──────▶ dead-letters
 *               encode; asynchronous)    └─ settled positions ────▶ consumer group index.g
 * </pre>
 *
 * <p>At least once. A record may overtake those of other documents, never one of its own; a
 * partition of {@code documents} maps to the same one of {@code vectors.g}, and both sinks flush
 * before a checkpoint completes; so the position that is committed then is one up to which
 * everything is written.
 */
public final class IndexJob {
  /** Most bytes of a record in {@code vectors.g}: what the topic must have room for. */
  public static final int MAX_RECORD_BYTES = DocumentIndexer.MAX_RECORD_BYTES;

  private IndexJob() {}

  /**
   * The job's name: what the dashboards and the logs call it, and how it is found again. Under the
   * default prefix {@code freshet-index-1}; jobs of another prefix have other names.
   */
  public static String name(Topics topics, int generation) {
    return namePrefix(topics) + generation;
  }

  /** The generation of the job of that name; empty where it is no index job of these topics. */
  public static OptionalInt generation(Topics topics, String name) {
    String prefix = namePrefix(topics);
    boolean isOne =
        name.startsWith(prefix) && name.substring(prefix.length()).matches("[1-9][0-9]{0,8}");
    return isOne
        ? OptionalInt.of(Integer.parseInt(name.substring(prefix.length())))
        : OptionalInt.empty();
  }

  private static String namePrefix(Topics topics) {
    return topics.prefix().replaceFirst("\\.$", "-") + "index-";
  }

  /** Adds the topology to the environment. The topics must exist. */
  public static void define(StreamExecutionEnvironment env, FreshetConfig config, int generation) {
    var topics = new Topics(config.kafka().topicPrefix());
    JobConfig jobConfig = new JobConfig(config);
    String source = topics.documents();

    DataStream<SourceRecord> documents =
        env.fromSource(
                KafkaEnds.source(config, source), WatermarkStrategy.noWatermarks(), "documents")
            .uid("documents");

    SingleOutputStreamOperator<IndexedRecord> indexed =
        documents
            .transform(
                "index",
                TypeInformation.of(IndexedRecord.class),
                new IndexOperator.Factory(
                    () -> DocumentIndexer.open(jobConfig, generation), config.index().inFlight()))
            .uid("index");

    indexed
        .filter(IndexedRecord::accepted)
        .name("accepted")
        .uid("accepted")
        .sinkTo(KafkaEnds.sink(config, new VectorSerializer(topics.vectors(generation))))
        .name("vectors." + generation)
        .uid("vectors");

    DeadLetters.send(
        indexed
            .filter(IndexedRecord::rejected)
            .name("rejected")
            .uid("rejected")
            .map(rejected -> rejected.rejection(source))
            .returns(Rejection.class)
            .name("rejection")
            .uid("rejection"),
        config,
        source,
        generation);

    indexed
        .getSideOutput(IndexOperator.SETTLED)
        .sinkTo(new PositionSink(jobConfig, topics.documents(), topics.indexGroup(generation)))
        .name("positions")
        .uid("positions");
  }
}
