package dev.freshet.pipeline.index;

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
 * generation reads all of them; what was reported before stands in {@code dead-letters} itself, so
 * that topic is the memory. Parallelism 1.
 */
final class ReportOnce extends RichFilterFunction<IndexedRecord> {
  private static final long serialVersionUID = 1;

  private final JobConfig config;
  private transient Set<Position> reported = new HashSet<>();

  ReportOnce(JobConfig config) {
    this.config = config;
  }

  @Override
  public void open(OpenContext context) {
    FreshetConfig settings = config.load();
    var topics = new Topics(settings.kafka().topicPrefix());
    reported = new HashSet<>();
    TopicReader.readAll(
        KafkaClients.properties(settings.kafka()),
        topics.deadLetters(),
        letter ->
            DeadLetter.position(letter.headers(), topics.documents()).ifPresent(reported::add));
  }

  @Override
  public boolean filter(IndexedRecord rejected) {
    return reported.add(new Position(rejected.partition(), rejected.offset()));
  }
}
