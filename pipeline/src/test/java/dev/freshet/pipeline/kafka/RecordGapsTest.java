package dev.freshet.pipeline.kafka;

import static dev.freshet.pipeline.event.Topics.FIRST_GENERATION;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What transactions and truncation leave in a real topic. */
@Tag("slow")
class RecordGapsTest {
  private static final Topics TOPICS = new Topics("test.");

  @TempDir private Path folder;

  @Test
  void whereNoRecordLiesBeforeTheEndItIsReached() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      KafkaConfig config =
          new KafkaConfig(kafka.bootstrapServers(), TOPICS.prefix(), 1, 1, Map.of());
      TopicProvisioner.provision(config, TOPICS, FIRST_GENERATION, 1 << 20);
      try (var producer = producer(config);
          TopicAdmin admin = new TopicAdmin(config)) {
        producer.initTransactions();
        producer.beginTransaction();
        send(producer, "a");
        send(producer, "b");
        producer.commitTransaction();
        SortedMap<Integer, Long> ends = awaitEnd(admin, 3);
        assertThat(skip(config, at(2), ends)).isEqualTo(ends);
        assertThat(skip(config, at(1), ends)).isEqualTo(at(1));
        assertThat(skip(config, new TreeMap<>(), ends)).isEmpty();

        producer.beginTransaction();
        send(producer, "never");
        producer.flush();
        ends = admin.ends(TOPICS.documents());
        assertThat(skip(config, at(2), ends)).as("the transaction is open").isEqualTo(at(2));
        producer.abortTransaction();
        ends = awaitEnd(admin, 5);
        assertThat(skip(config, at(2), ends)).as("it was given up").isEqualTo(ends);

        truncate(config);
        assertThat(skip(config, new TreeMap<>(), ends)).as("nothing is left").isEqualTo(ends);
      }
    }
  }

  /** The marker of a transaction comes a moment after its end was acknowledged. */
  private static SortedMap<Integer, Long> awaitEnd(TopicAdmin admin, long end) {
    await().until(() -> admin.ends(TOPICS.documents()).equals(at(end)));
    return at(end);
  }

  private static SortedMap<Integer, Long> at(long offset) {
    return new TreeMap<>(Map.of(0, offset));
  }

  private static SortedMap<Integer, Long> skip(
      KafkaConfig config, SortedMap<Integer, Long> positions, SortedMap<Integer, Long> ends) {
    return RecordGaps.skip(config, TOPICS.documents(), positions, ends);
  }

  private static KafkaProducer<byte[], byte[]> producer(KafkaConfig config) {
    Properties properties = KafkaClients.producerProperties(config, 1 << 20);
    properties.setProperty("transactional.id", "somebody");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, String id) {
    producer.send(
        new ProducerRecord<>(
            TOPICS.documents(), id.getBytes(UTF_8), "{\"text\": \"rain\"}".getBytes(UTF_8)));
  }

  /** Kafka lets nobody delete what stands in a topic that is compacted alone. */
  private static void truncate(KafkaConfig config) throws Exception {
    try (Admin admin = Admin.create(KafkaClients.properties(config))) {
      var policy =
          new AlterConfigOp(
              new ConfigEntry("cleanup.policy", "compact,delete"), AlterConfigOp.OpType.SET);
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, TOPICS.documents()),
                  List.of(policy)))
          .all()
          .get(1, TimeUnit.MINUTES);
      admin
          .deleteRecords(
              Map.of(new TopicPartition(TOPICS.documents(), 0), RecordsToDelete.beforeOffset(-1)))
          .all()
          .get(1, TimeUnit.MINUTES);
    }
  }
}
