package dev.freshet.pipeline.job;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import java.time.Duration;
import org.apache.flink.streaming.api.datastream.DataStream;

/** The end of what cannot be used: {@code dead-letters}, once however often a job reads it. */
public final class DeadLetters {
  private DeadLetters() {}

  /**
   * Sends rejections of one topic there.
   *
   * @param topic that all of them stand in
   * @param delay before a rejection is reported: another one for each job that reads the topic
   */
  public static void send(
      DataStream<Rejection> rejections, FreshetConfig config, String topic, Duration delay) {
    var topics = new Topics(config.kafka().topicPrefix());
    String suffix = topic.equals(topics.documents()) ? "" : "-" + topic;
    rejections
        .keyBy(Rejection::partition)
        .process(new ReportOnce(new JobConfig(config), topic, delay))
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
