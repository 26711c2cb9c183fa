package dev.freshet.pipeline.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.conduct.LocalCluster;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.DeadLetter;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.pipeline.job.JobCounters;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import dev.freshet.pipeline.kafka.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index job on a real broker, in a real MiniCluster, with the built-in encoder. */
@Tag("slow")
class IndexJobTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Topics TOPICS = new Topics("test.");

  @TempDir Path folder;
  private EmbeddedKafka kafka;
  private LocalCluster flink;
  private KafkaProducer<byte[], byte[]> producer;
  private FreshetConfig config;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    config =
        ConfigLoader.load(
            null,
            Map.of(),
            Map.of(
                "kafka.bootstrapServers", kafka.bootstrapServers(),
                "kafka.topicPrefix", TOPICS.prefix(),
                "kafka.partitions", "3"));
    TopicProvisioner.provision(config.kafka(), TOPICS, 1, IndexJob.MAX_RECORD_BYTES);
    flink = LocalCluster.start(2, folder);
    producer =
        new KafkaProducer<>(
            KafkaClients.properties(config.kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void stop() throws Exception {
    producer.close();
    flink.close();
    kafka.close();
  }

  @Test
  void changesKeepTheirOrderAndARestartLosesNothing() throws Exception {
    long accepted = JobCounters.count("recordsAccepted");
    var random = new Random(7);
    Map<String, String> expected = new HashMap<>();
    LocalCluster.Job job = submit();
    write(random, 300, expected);
    await().atMost(PATIENCE).until(() -> newest().equals(expected));
    job.checkpoint();
    write(random, 100, expected);
    // Written, but after the checkpoint: the restart must read it again.
    await().atMost(PATIENCE).until(() -> newest().equals(expected) && reported().size() == 4);
    job.cancel();
    write(random, 100, expected);
    submit();

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(newest()).isEqualTo(expected));
    assertOrderOfEachDocument();
    // The fifth stands behind a second letter for the fourth, if there is one: the key is the same.
    await().atMost(PATIENCE).until(() -> reported().size() == 5);
    assertThat(read(TOPICS.deadLetters())).hasSize(5);
    assertThat(JobCounters.count("recordsAccepted") - accepted).isGreaterThanOrEqualTo(500);
  }

  @Test
  void theGroupPassesTheEndWhenACheckpointHasCompleted() throws Exception {
    LocalCluster.Job job = submit();
    Map<String, String> expected = new HashMap<>();
    write(new Random(8), 200, expected);

    await().atMost(PATIENCE).until(() -> newest().equals(expected));
    assertThat(committed()).isZero();

    job.checkpoint();

    await().atMost(PATIENCE).until(() -> committed() == 202);
  }

  private LocalCluster.Job submit() throws Exception {
    return flink.submit(
        IndexJob.name(TOPICS, 1),
        folder.resolve("checkpoints"),
        Duration.ofMinutes(10),
        2,
        env -> IndexJob.define(env, config, 1));
  }

  /** Upserts and deletes of few ids, and one malformed record in every hundred. */
  private void write(Random random, int count, Map<String, String> expected) {
    for (int i = 0; i < count; i++) {
      String id = "doc-" + random.nextInt(40);
      boolean delete = random.nextInt(5) == 0;
      String text = "word ".repeat(1 + random.nextInt(60)) + random.nextInt();
      send(id, delete ? null : "{\"text\": \"" + text + "\"}");
      expected.put(id, delete ? "deleted" : text);
      if (i % 100 == 0) {
        send("bad", "not JSON");
      }
    }
    producer.flush();
  }

  private void send(String id, @Nullable String value) {
    producer.send(
        new ProducerRecord<>(
            TOPICS.documents(), id.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8)));
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    TopicReader.readAll(KafkaClients.properties(config.kafka()), topic, records::add);
    return records;
  }

  /** By id, the text of the change with the greatest position. */
  private Map<String, String> newest() throws Exception {
    Map<String, VectorRecord> changes = new HashMap<>();
    for (var record : read(TOPICS.vectors(1))) {
      String id = new String(record.key(), UTF_8);
      changes.merge(
          id,
          VectorRecordCodec.decode(id, record.value()),
          (a, b) -> a.position().compareTo(b.position()) > 0 ? a : b);
    }
    Map<String, String> texts = new HashMap<>();
    changes.forEach((id, change) -> texts.put(id, text(change)));
    return texts;
  }

  private static String text(VectorRecord change) {
    if (change instanceof VectorRecord.Upsert upsert) {
      String json = new String(upsert.payload(), UTF_8);
      return json.substring("{\"text\": \"".length(), json.length() - 2);
    }
    return "deleted";
  }

  /** Positions of the records that stand in {@code dead-letters}. */
  private Set<Position> reported() {
    Set<Position> positions = new HashSet<>();
    for (var letter : read(TOPICS.deadLetters())) {
      positions.add(DeadLetter.position(letter.headers(), TOPICS.documents()).orElseThrow());
    }
    return positions;
  }

  /** The offsets of a document rise; they fall once, at the restart, where it is read again. */
  private void assertOrderOfEachDocument() throws Exception {
    Map<String, Long> last = new HashMap<>();
    Map<String, Integer> falls = new HashMap<>();
    for (var record : read(TOPICS.vectors(1))) {
      String id = new String(record.key(), UTF_8);
      var change = VectorRecordCodec.decode(id, record.value());
      assertThat(change.position().partition()).isEqualTo(record.partition());
      Long before = last.put(id, change.position().offset());
      if (before != null && before >= change.position().offset()) {
        falls.merge(id, 1, Integer::sum);
      }
    }
    assertThat(falls.values()).as("documents that were read again").isNotEmpty().containsOnly(1);
  }

  private long committed() throws Exception {
    try (Admin admin = Admin.create(KafkaClients.properties(config.kafka()))) {
      return admin
          .listConsumerGroupOffsets(TOPICS.indexGroup(1))
          .partitionsToOffsetAndMetadata()
          .get()
          .values()
          .stream()
          .mapToLong(position -> position.offset())
          .sum();
    }
  }
}
