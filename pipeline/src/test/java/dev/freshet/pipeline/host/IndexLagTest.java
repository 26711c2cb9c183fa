package dev.freshet.pipeline.host;

import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five documents in two partitions of a real broker, and what jobs have committed. */
@Tag("slow")
class IndexLagTest {
  private static final Topics TOPICS = new Topics("test.");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration OFTEN = Duration.ofMillis(500);
  private static final int NO_JOB = 7;

  @TempDir private Path folder;

  private final Set<Integer> generations = new ConcurrentSkipListSet<>(List.of(1, 2, NO_JOB));

  @Test
  void isWhatTheJobHasNotCommittedOfThePartitionsThatAreHeld() throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0);
    Map<String, String> impatient =
        Map.of("default.api.timeout.ms", "2000", "request.timeout.ms", "2000");
    KafkaConfig config =
        new KafkaConfig(kafka.bootstrapServers(), TOPICS.prefix(), 2, 1, impatient);
    TopicProvisioner.provision(config, TOPICS, 1, 1 << 20);
    send(config);
    commit(config, 1, 0, 1);
    commit(config, 1, 1, 2);
    commit(config, 2, 0, 0);
    try (IndexLag all = new IndexLag(config, TOPICS, null, () -> generations, OFTEN);
        IndexLag second =
            new IndexLag(config, TOPICS, Partitions.of(List.of(1)), () -> generations, OFTEN)) {
      awaitLag(all, 1, 2L);
      awaitLag(all, 2, 5L);
      awaitLag(second, 1, 0L);
      awaitLag(second, 2, 2L);
      awaitLag(all, NO_JOB, null);
      commit(config, 1, 0, 3);
      awaitLag(all, 1, 0L);
      generations.remove(2);
      awaitLag(all, 2, null);
      abort(config);
      awaitLag(all, 1, 2L);
      awaitLag(all, 1, 0L);
      kafka.close();
      awaitLag(all, 1, null);
    } finally {
      kafka.close();
    }
  }

  private static void awaitLag(IndexLag lag, int generation, @Nullable Long expected) {
    await().atMost(PATIENCE).until(() -> Objects.equals(lag.of(generation), expected));
  }

  /** Three into one partition, two into the other. */
  private static void send(KafkaConfig config) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            KafkaClients.producerProperties(config, 1 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < 5; i++) {
        byte[] key = {(byte) i};
        producer
            .send(new ProducerRecord<>(TOPICS.documents(), i % 2, key, key))
            .get(1, TimeUnit.MINUTES);
      }
    }
  }

  /** Leaves two offsets that hold no record. */
  private static void abort(KafkaConfig config) {
    Properties properties = KafkaClients.producerProperties(config, 1 << 20);
    properties.setProperty("transactional.id", "aborts");
    try (var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      var unused =
          producer.send(new ProducerRecord<>(TOPICS.documents(), 0, new byte[1], new byte[1]));
      producer.flush();
      producer.abortTransaction();
    }
  }

  private static void commit(KafkaConfig config, int generation, int partition, long next)
      throws Exception {
    try (Admin admin = Admin.create(KafkaClients.properties(config))) {
      admin
          .alterConsumerGroupOffsets(
              TOPICS.indexGroup(generation),
              Map.of(
                  new TopicPartition(TOPICS.documents(), partition), new OffsetAndMetadata(next)))
          .all()
          .get(1, TimeUnit.MINUTES);
    }
  }
}
