package dev.freshet.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class TopicProvisionerTest {
  private static final Topics TOPICS = new Topics("test.");
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static final int NODES = 6;

  @TempDir private Path folder;

  @Test
  void saysWhichBrokersCannotBeFound() {
    // Longer than a label may be: no resolver is asked, and none can answer.
    String brokers = "a".repeat(64) + ".invalid:9092";
    KafkaConfig config = new KafkaConfig(brokers, TOPICS.prefix(), 1, 1, Map.of());
    assertThatThrownBy(() -> provision(config, 1))
        .isInstanceOf(KafkaUnavailableException.class)
        .hasMessageStartingWith("Kafka at " + brokers + " cannot be used: ")
        .hasMessageContaining("No resolvable bootstrap urls");
  }

  @Test
  void vectorsGrowWithDocumentsAndAreNotMadeAnewWhenTheirGenerationIsOver() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      KafkaConfig config =
          new KafkaConfig(kafka.bootstrapServers(), TOPICS.prefix(), 1, 1, Map.of());
      provision(config, 1);
      provision(config, 2);
      try (Admin admin = Admin.create(KafkaClients.properties(config));
          TopicAdmin topics = new TopicAdmin(config)) {
        admin.createPartitions(Map.of(TOPICS.documents(), NewPartitions.increaseTo(3))).all().get();
        awaitPartitions(topics, TOPICS.documents(), 3);
        provision(config, 2);
        awaitPartitions(topics, TOPICS.vectors(2), 3);
        assertThat(topics.partitions(TOPICS.vectors(1))).as("not asked for").isEqualTo(1);

        ModelsTopic models = new ModelsTopic(config, TOPICS, Clock.systemUTC());
        GenerationRecord first = GenerationRecord.first(1, "f1", "a model", NOW);
        GenerationRecord queries =
            GenerationRecord.published(2, "f1", "a model", 1, 1, Map.of(), NOW)
                .complete(new TreeMap<>(), NOW);
        models.announce(first);
        models.announce(queries.served(NOW));
        models.announce(first.retired("old", NOW));
        provision(config, 1);
        awaitPartitions(topics, TOPICS.vectors(1), 3); // another searches them

        models.announce(
            GenerationRecord.published(3, "f3", "a model", 3, 1, Map.of(), NOW)
                .complete(new TreeMap<>(), NOW)
                .served(NOW));
        models.announce(queries.retired("old", NOW));
        topics.delete(TOPICS.vectors(1));
        provision(config, 1);
        assertThat(TopicProvisioner.topics(config)).doesNotContain(TOPICS.vectors(1));
      }
    }
  }

  @Test
  void nodesThatStartAtOnceAfterDocumentsGrewDoNotStopOneAnother() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      KafkaConfig config =
          new KafkaConfig(kafka.bootstrapServers(), TOPICS.prefix(), 1, 1, Map.of());
      provision(config, 1);
      try (Admin admin = Admin.create(KafkaClients.properties(config));
          TopicAdmin topics = new TopicAdmin(config)) {
        for (int partitions = 2; partitions <= 4; partitions++) {
          int wanted = partitions;
          admin
              .createPartitions(Map.of(TOPICS.documents(), NewPartitions.increaseTo(wanted)))
              .all()
              .get();
          awaitPartitions(topics, TOPICS.documents(), wanted);
          ExecutorService threads = Executors.newFixedThreadPool(NODES);
          CyclicBarrier together = new CyclicBarrier(NODES);
          List<Future<?>> nodes = new ArrayList<>();
          for (int node = 0; node < NODES; node++) {
            nodes.add(
                threads.submit(
                    () -> {
                      together.await();
                      provision(config, 1);
                      return null;
                    }));
          }
          for (Future<?> node : nodes) {
            node.get();
          }
          threads.shutdown();
          awaitPartitions(topics, TOPICS.vectors(1), wanted);
        }
      }
    }
  }

  /** As a broker makes them for whoever writes first, and as people change them since. */
  @Test
  void topicsThatWouldLoseWhatMustBeKeptAreRefusedAndWhatToDoIsSaid() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      KafkaConfig config =
          new KafkaConfig(kafka.bootstrapServers(), TOPICS.prefix(), 1, 1, Map.of());
      try (Admin admin = Admin.create(KafkaClients.properties(config));
          TopicAdmin topics = new TopicAdmin(config)) {
        admin.createTopics(List.of(new NewTopic(TOPICS.documents(), 1, (short) 1))).all().get();
        assertThatThrownBy(() -> provision(config, 1))
            .isInstanceOf(InvalidConfigException.class)
            .hasMessageStartingWith(
                "topic test.documents has cleanup.policy=delete and must have compact: ")
            .hasMessageEndingWith(
                "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name test.documents --add-config cleanup.policy=compact"
                    .formatted(kafka.bootstrapServers()));
        set(admin, TOPICS.documents(), "cleanup.policy", "compact");
        assertThatThrownBy(() -> provision(config, 1))
            .isInstanceOf(InvalidConfigException.class)
            .hasMessageContaining(
                "test.documents has message.timestamp.type=CreateTime and must have LogAppendTime");
        set(admin, TOPICS.documents(), "message.timestamp.type", "LogAppendTime");
        // Events are weaker for it, and no more.
        admin.createTopics(List.of(new NewTopic(TOPICS.clicks(), 1, (short) 1))).all().get();
        provision(config, 1);

        set(admin, TOPICS.vectors(1), "cleanup.policy", "delete");
        assertThatThrownBy(() -> provision(config, 1))
            .isInstanceOf(InvalidConfigException.class)
            .hasMessageContaining("test.vectors.1 has cleanup.policy=delete");
        set(admin, TOPICS.vectors(1), "cleanup.policy", "compact,delete");
        assertThatThrownBy(() -> provision(config, 1))
            .isInstanceOf(InvalidConfigException.class)
            .hasMessageContaining(
                "test.vectors.1 has cleanup.policy=compact,delete and must have compact");
        // Nothing goes by age there, nor by size.
        set(admin, TOPICS.vectors(1), "retention.ms", "-1");
        provision(config, 1);

        set(admin, TOPICS.deadLetters(), "cleanup.policy", "compact");
        assertThatThrownBy(() -> provision(config, 1))
            .isInstanceOf(InvalidConfigException.class)
            .hasMessageContaining(
                "test.dead-letters has cleanup.policy=compact and must have delete");
        set(admin, TOPICS.deadLetters(), "max.message.bytes", "1048588");
        assertThatThrownBy(() -> provision(config, 1))
            .isInstanceOf(InvalidConfigException.class)
            .hasMessageContaining(
                "test.dead-letters has max.message.bytes=1048588 and must have 8388608");
        admin.deleteTopics(List.of(TOPICS.deadLetters())).all().get();
        await().until(() -> !TopicProvisioner.topics(config).contains(TOPICS.deadLetters()));
        provision(config, 1);

        set(admin, TOPICS.models(), "cleanup.policy", "delete");
        assertThatThrownBy(() -> provision(config, 1))
            .isInstanceOf(InvalidConfigException.class)
            .hasMessageContaining("test.models has cleanup.policy=delete");
        set(admin, TOPICS.models(), "cleanup.policy", "compact");
        admin.createPartitions(Map.of(TOPICS.models(), NewPartitions.increaseTo(2))).all().get();
        awaitPartitions(topics, TOPICS.models(), 2);
        assertThatThrownBy(() -> provision(config, 1))
            .isInstanceOf(InvalidConfigException.class)
            .hasMessageStartingWith("topic test.models has 2 partitions and must have 1");
      }
    }
  }

  /** What the controller has done a broker may learn a moment later. */
  private static void awaitPartitions(TopicAdmin topics, String topic, int partitions) {
    await().until(() -> topics.partitions(topic) == partitions);
  }

  private static void set(Admin admin, String topic, String setting, String value)
      throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    AlterConfigOp change =
        new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
    await()
        .until(
            () -> {
              Config now = admin.describeConfigs(List.of(resource)).all().get().get(resource);
              return now != null && value.equals(now.get(setting).value());
            });
  }

  private static void provision(KafkaConfig config, int generation) {
    TopicProvisioner.provision(config, TOPICS, generation, 1 << 20);
  }
}
