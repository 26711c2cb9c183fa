package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.conduct.Checkpoints;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job jar on a Flink session cluster, submitted with {@code flink run}, beside a serve node and
 * a broker in other processes. Each submission has a class loader of its own; DJL's natives load in
 * the cluster's only.
 */
@Tag("cluster")
class FlinkClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir Path folder;

  @Test
  void aJobIsSubmittedCancelledAndGoesOnFromItsCheckpoint() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        FlinkCluster flink = FlinkCluster.start(folder.resolve("flink"))) {
      String brokers = "kafka.bootstrapServers=" + kafka.bootstrapServers();

      String first = flink.run(List.of("-p", "2"), "--set", brokers);
      assertThat(flink.parallelism(first)).isEqualTo(2);

      try (FreshetProcess node =
          FreshetProcess.start(
              folder,
              "serve",
              "--data-dir",
              folder.resolve("serve").toString(),
              "--port",
              "0",
              "--set",
              brokers)) {
        var client = new FreshetClient(node.awaitReady());
        client.put("[{\"id\": \"tides\", \"text\": \"The moon raises the tides of the sea.\"}]");
        awaitFirst(client, "moon and sea", "tides");

        awaitNoLag(kafka);
        flink.cancel(first);
        String checkpoint = Checkpoints.newestFirst(flink.checkpoints()).get(0).toUri().toString();
        client.put("[{\"id\": \"bread\", \"text\": \"Sourdough bread needs wild yeast.\"}]");

        String second = flink.run(List.of("-s", checkpoint), "--set", brokers);
        awaitFirst(client, "sourdough yeast", "bread");
        // Not from the beginning: then tides would stand here twice.
        assertThat(written(kafka)).isEqualTo(2);

        awaitNoLag(kafka);
        flink.cancel(second);
        client.delete("tides");

        flink.run(List.of(), "--set", brokers);
        await().atMost(PATIENCE).until(() -> client.document("tides").isEmpty());
        awaitFirst(client, "sourdough yeast", "bread");
        // From the beginning: both documents again, and the delete.
        await().atMost(PATIENCE).until(() -> written(kafka) == 5);
      }
    }
  }

  private static void awaitFirst(FreshetClient client, String query, String id) {
    await()
        .atMost(PATIENCE)
        .until(() -> client.search(query, 1).stream().anyMatch(hit -> hit.id().equals(id)));
  }

  /** The group passes the end with a completed checkpoint, from which nothing is read again. */
  private static void awaitNoLag(EmbeddedKafka kafka) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Offsets.lag(kafka.bootstrapServers(), "freshet.index.1", "freshet.documents") == 0);
  }

  private static int written(EmbeddedKafka kafka) {
    var properties = new Properties();
    properties.setProperty("bootstrap.servers", kafka.bootstrapServers());
    var records = new AtomicInteger();
    TopicReader.readAll(properties, "freshet.vectors.1", record -> records.incrementAndGet());
    return records.get();
  }
}
