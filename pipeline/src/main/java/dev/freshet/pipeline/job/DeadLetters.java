package dev.freshet.pipeline.job;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.jspecify.annotations.Nullable;

/** The end of what cannot be used: {@code dead-letters}, once however often a job reads it. */
public final class DeadLetters {
  private DeadLetters() {}

  /**
   * Sends rejections of a topic that one job alone reads.
   *
   * @param topic that all of them stand in
   */
  public static void send(DataStream<Rejection> rejections, FreshetConfig config, String topic) {
    send(rejections, config, topic, null);
  }

  /**
   * Sends rejections of a topic that the jobs of several generations read.
   *
   * @param topic that all of them stand in
   * @param generation of this job
   */
  public static void send(
      DataStream<Rejection> rejections,
      FreshetConfig config,
      String topic,
      @Nullable Integer generation) {
    var topics = new Topics(config.kafka().topicPrefix());
    String suffix = topic.equals(topics.documents()) ? "" : "-" + topic;
    rejections
        .keyBy(Rejection::partition)
        .process(new ReportOnce(new JobConfig(config), topic, generation))
        .returns(Rejection.class)
        .setParallelism(1)
        .name("once")
        .uid("once" + suffix)
        .sinkTo(KafkaEnds.sink(config, new DeadLetterSerializer(topics.deadLetters())))
        .setParallelism(1)
        .name("dead-letters")
        .uid("dead-letters" + suffix);
  }
}
