package dev.freshet.pipeline.conduct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.index.IndexJob;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.TopicAdmin;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class LocalIndexJobsTest {
  private static final Topics TOPICS = new Topics("test.");
  private static final int LATER = 2;

  @TempDir private Path folder;

  /** Its job writes the documents of a partition into the partition of the same number. */
  @Test
  void vectorsOfALaterGenerationHaveThePartitionsThatDocumentsHaveByNow() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      FreshetConfig config =
          ConfigLoader.load(
              null,
              Map.of(),
              Map.of(
                  "kafka.bootstrapServers", kafka.bootstrapServers(),
                  "kafka.topicPrefix", TOPICS.prefix(),
                  "kafka.partitions", "1",
                  "dataDir", folder.resolve("data").toString()));
      TopicProvisioner.provision(config.kafka(), TOPICS, LATER, IndexJob.MAX_RECORD_BYTES);
      try (Admin admin = Admin.create(KafkaClients.properties(config.kafka()))) {
        admin.createPartitions(Map.of(TOPICS.documents(), NewPartitions.increaseTo(3))).all().get();
      }
      try (LocalCluster flink = LocalCluster.start(1, folder.resolve("temporary"));
          LocalIndexJobs jobs = new LocalIndexJobs(flink, config, report -> {});
          TopicAdmin topics = new TopicAdmin(config.kafka())) {
        jobs.start(LATER);
        assertThat(topics.partitions(TOPICS.vectors(LATER))).isEqualTo(3);
        assertThat(jobs.running()).containsExactly(LATER);
      }
    }
  }
}
