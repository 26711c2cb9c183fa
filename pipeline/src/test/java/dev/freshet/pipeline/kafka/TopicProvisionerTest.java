package dev.freshet.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class TopicProvisionerTest {
  private static final Topics TOPICS = new Topics("test.");
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

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
        provision(config, 2);
        assertThat(topics.partitions(TOPICS.vectors(2))).isEqualTo(3);
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
        assertThat(topics.partitions(TOPICS.vectors(1))).as("another searches them").isEqualTo(3);

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

  private static void provision(KafkaConfig config, int generation) {
    TopicProvisioner.provision(config, TOPICS, generation, 1 << 20);
  }
}
