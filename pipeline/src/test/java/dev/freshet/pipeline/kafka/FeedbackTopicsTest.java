package dev.freshet.pipeline.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.Click;
import dev.freshet.pipeline.event.ClickCodec;
import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.event.ImpressionCodec;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.event.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Impressions and clicks on a real broker, and without one. */
class FeedbackTopicsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Topics TOPICS = new Topics("test.");
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir private Path folder;

  private static Impression impression(int i) {
    return new Impression(
        "q-" + i,
        "ice",
        1,
        SearchMode.HYBRID,
        0.05,
        List.of(new Impression.Slot("a", 1, 0.99)),
        "c",
        TIME);
  }

  private static KafkaConfig config(String servers) {
    return new KafkaConfig(servers, TOPICS.prefix(), 3, 1, Map.of());
  }

  @Test
  void arriveUnderTheirQueryIds() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      KafkaConfig config = config(kafka.bootstrapServers());
      TopicProvisioner.provision(config, TOPICS, 1, 1 << 20);
      assertTopics(config);
      Set<Impression> sent = new HashSet<>();
      try (KafkaImpressionWriter impressions = new KafkaImpressionWriter(config, TOPICS);
          KafkaClickWriter clicks = new KafkaClickWriter(config, TOPICS)) {
        for (int i = 0; i < 100; i++) {
          impressions.write(impression(i));
          sent.add(impression(i));
        }
        clicks.write(new Click("q-7", "c", "click", "a", 1, TIME)).get(60, TimeUnit.SECONDS);
        assertThat(impressions.lost()).isZero();
      }
      Set<Impression> arrived = new HashSet<>();
      for (ConsumerRecord<byte[], byte[]> record : read(config, TOPICS.impressions())) {
        Impression impression = ImpressionCodec.decode(record.value());
        assertThat(record.key()).isEqualTo(impression.queryId().getBytes(UTF_8));
        arrived.add(impression);
      }
      assertThat(arrived).as("closing waits for what is queued").isEqualTo(sent);
      assertOneClick(read(config, TOPICS.clicks()));
    }
  }

  private static void assertOneClick(List<ConsumerRecord<byte[], byte[]>> clicks)
      throws MalformedRecordException {
    assertThat(clicks).hasSize(1);
    assertThat(clicks.get(0).key()).isEqualTo("q-7".getBytes(UTF_8));
    assertThat(ClickCodec.decode(clicks.get(0).value()))
        .isEqualTo(new Click("q-7", "c", "click", "a", 1, TIME));
  }

  private static void assertTopics(KafkaConfig config) throws Exception {
    try (Admin admin = Admin.create(KafkaClients.properties(config))) {
      Map<String, TopicDescription> topics = new HashMap<>();
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(
              () -> {
                topics.putAll(
                    admin
                        .describeTopics(List.of(TOPICS.impressions(), TOPICS.clicks()))
                        .allTopicNames()
                        .get(10, TimeUnit.SECONDS));
                return topics.size() == 2;
              });
      assertThat(topics.values()).allSatisfy(topic -> assertThat(topic.partitions()).hasSize(3));
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(KafkaConfig config, String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    TopicReader.readAll(KafkaClients.properties(config), topic, records::add);
    return records;
  }

  /** Nobody listens on port 1: the queue fills, and a write neither waits nor throws. */
  @Test
  void withoutABrokerImpressionsAreLostAndCounted() {
    KafkaImpressionWriter impressions = new KafkaImpressionWriter(config("127.0.0.1:1"), TOPICS);
    int many = 3 * KafkaImpressionWriter.MAX_QUEUED;
    for (int i = 0; i < many; i++) {
      impressions.write(impression(i));
    }
    // One may be with the producer already.
    assertThat(impressions.lost())
        .isBetween(many - KafkaImpressionWriter.MAX_QUEUED - 1L, (long) many);
    impressions.close();
    impressions.write(impression(0));
    assertThat(impressions.written()).isZero();
    assertThat(impressions.lost()).isEqualTo(many + 1);
  }

  @Test
  void theQueueIsBoundedInBytesToo() {
    KafkaImpressionWriter impressions = new KafkaImpressionWriter(config("127.0.0.1:1"), TOPICS);
    List<Impression.Slot> slots = new ArrayList<>();
    for (int i = 0; i < Impression.MAX_SLOTS; i++) {
      slots.add(new Impression.Slot("x".repeat(500) + i, i + 1, 1));
    }
    Impression large = new Impression("q", "ice", 1, SearchMode.HYBRID, 0, slots, null, TIME);
    int bytes = ImpressionCodec.encode(large).length;
    int many = 2 * KafkaImpressionWriter.MAX_QUEUED_BYTES / bytes;
    for (int i = 0; i < many; i++) {
      impressions.write(large);
    }
    assertThat(impressions.lost()).isGreaterThanOrEqualTo(many / 2 - 2);
    impressions.close();
    assertThat(impressions.lost()).isEqualTo(many);
  }
}
