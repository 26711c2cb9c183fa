package dev.freshet.pipeline.job;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.DeadLetter;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.TopicReader;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;

/**
 * Lets a rejected record pass the first time only. A restart reads records again, and a new
 * generation reads all documents; what was reported before stands in {@code dead-letters} itself,
 * so that topic is the memory. Parallelism 1.
 */
final class ReportOnce extends RichFilterFunction<Rejection> {
  private static final long serialVersionUID = 1;

  private final JobConfig config;
  private final String topic;
  private transient Set<Position> reported = new HashSet<>();

  /**
   * @param topic that the records stand in
   */
  ReportOnce(JobConfig config, String topic) {
    this.config = config;
    this.topic = topic;
  }

  @Override
  public void open(OpenContext context) {
    FreshetConfig settings = config.load();
    var topics = new Topics(settings.kafka().topicPrefix());
    reported = new HashSet<>();
    TopicReader.readAll(
        KafkaClients.properties(settings.kafka()),
        topics.deadLetters(),
        letter -> DeadLetter.position(letter.headers(), topic).ifPresent(reported::add));
  }

  @Override
  public boolean filter(Rejection rejected) {
    return reported.add(rejected.position());
  }
}
