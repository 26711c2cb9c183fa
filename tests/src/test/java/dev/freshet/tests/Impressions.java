package dev.freshet.tests;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.event.ImpressionCodec;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.TopicReader;
import java.util.ArrayList;
import java.util.List;

/** The topic of what was shown. */
final class Impressions {
  private Impressions() {}

  /** The numbers of all searches for a query that were written down so far. */
  static List<String> queryIds(FreshetConfig config, String query) {
    List<String> ids = new ArrayList<>();
    TopicReader.readAll(
        KafkaClients.properties(config.kafka()),
        new Topics(config.kafka().topicPrefix()).impressions(),
        record -> {
          Impression impression = decoded(record.value());
          if (impression.query().equals(query)) {
            ids.add(impression.queryId());
          }
        });
    return ids;
  }

  private static Impression decoded(byte[] value) {
    try {
      return ImpressionCodec.decode(value);
    } catch (MalformedRecordException e) {
      throw new AssertionError(e);
    }
  }
}
