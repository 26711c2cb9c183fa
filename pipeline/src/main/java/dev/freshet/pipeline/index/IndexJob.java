package dev.freshet.pipeline.index;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaClients;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
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

  /** The job's name: what the dashboards and the logs call it. */
  public static String name(int generation) {
    return "freshet-index-" + generation;
  }

  /** Adds the topology to the environment. The topics must exist. */
  public static void define(StreamExecutionEnvironment env, FreshetConfig config, int generation) {
    var topics = new Topics(config.kafka().topicPrefix());
    JobConfig jobConfig = new JobConfig(config);

    DataStream<SourceRecord> documents =
        env.fromSource(source(config, topics), WatermarkStrategy.noWatermarks(), "documents")
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
        .sinkTo(sink(config, new VectorSerializer(topics.vectors(generation))))
        .name("vectors." + generation)
        .uid("vectors");

    indexed
        .filter(IndexedRecord::rejected)
        .name("rejected")
        .uid("rejected")
        .filter(new ReportOnce(jobConfig))
        .setParallelism(1)
        .name("once")
        .uid("once")
        .sinkTo(sink(config, new DeadLetterSerializer(topics)))
        .setParallelism(1)
        .name("dead-letters")
        .uid("dead-letters");

    indexed
        .getSideOutput(IndexOperator.SETTLED)
        .sinkTo(new PositionSink(jobConfig, topics.documents(), topics.indexGroup(generation)))
        .name("positions")
        .uid("positions");
  }

  private static KafkaSource<SourceRecord> source(FreshetConfig config, Topics topics) {
    return KafkaSource.<SourceRecord>builder()
        .setTopics(topics.documents())
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setDeserializer(new SourceDeserializer())
        .setProperties(KafkaClients.properties(config.kafka()))
        // Positions are committed by PositionSink: what was read is not yet what was written.
        .setProperty("commit.offsets.on.checkpoint", "false")
        // Partitions that are added are found at the next start, which widens vectors.g first.
        .setProperty("partition.discovery.interval.ms", "-1")
        .build();
  }

  private static KafkaSink<IndexedRecord> sink(
      FreshetConfig config,
      org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema<IndexedRecord>
          serializer) {
    return KafkaSink.<IndexedRecord>builder()
        .setBootstrapServers(config.kafka().bootstrapServers())
        .setKafkaProducerConfig(
            KafkaClients.producerProperties(config.kafka(), DocumentIndexer.MAX_RECORD_BYTES))
        .setRecordSerializer(serializer)
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .build();
  }
}
