package dev.freshet.tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.pipeline.kafka.TopicReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** What stands in {@code dead-letters}. */
final class DeadLetters {
  private DeadLetters() {}

  record Letter(String key, String value, Map<String, String> headers) {}

  static List<Letter> read(String bootstrapServers, String topic) {
    var properties = new Properties();
    properties.setProperty("bootstrap.servers", bootstrapServers);
    var letters = new ArrayList<Letter>();
    TopicReader.readAll(
        properties,
        topic,
        record -> {
          var headers = new HashMap<String, String>();
          record.headers().forEach(h -> headers.put(h.key(), new String(h.value(), UTF_8)));
          letters.add(new Letter(text(record.key()), text(record.value()), headers));
        });
    return letters;
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, UTF_8);
  }
}
