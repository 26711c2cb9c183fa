package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.registry.GenerationPublisher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Serve node and conductor as processes beside a broker, index jobs in the conductor's own: {@link
 * FlinkClusterTest} has them in a Flink cluster.
 */
class ConductTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int WRONG_CONFIGURATION = 2;

  @TempDir private Path folder;

  private FreshetProcess start(EmbeddedKafka kafka, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--set", "kafka.bootstrapServers=" + kafka.bootstrapServers()));
    all.addAll(List.of("--set", "kafka.partitions=2", "--set", "index.checkpointInterval=500ms"));
    all.addAll(List.of("--set", "registry.location=" + folder.resolve("registry")));
    return FreshetProcess.start(folder, all.toArray(String[]::new));
  }

  private FreshetProcess conduct(EmbeddedKafka kafka, String nodes) throws Exception {
    String data = folder.resolve("conduct").toString();
    return start(kafka, "conduct", "--data-dir", data, "--set", "conduct.nodes=" + nodes);
  }

  @Test
  void aConductorAndANodeRollAGenerationThrough() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      String data = folder.resolve("serve").toString();
      try (FreshetProcess node = start(kafka, "serve", "--data-dir", data, "--port", "0")) {
        String uri = node.awaitReady().toString();
        var client = new FreshetClient(node.awaitReady());
        client.put("[{\"id\": \"tides\", \"text\": \"The moon raises the tides.\"}]");
        try (FreshetProcess conductor = conduct(kafka, uri)) {
          await().atMost(PATIENCE).until(() -> client.documents() == 1);
          assertThat(conductor.output())
              .contains("Freshet conducts freshet.models", "in this process, serve nodes " + uri);
          try (FreshetProcess second = conduct(kafka, uri)) {
            assertThat(second.awaitExit(PATIENCE.toSeconds())).isEqualTo(WRONG_CONFIGURATION);
            assertThat(second.output()).contains("in use by another Freshet process");
          }

          publish(kafka);
          await().atMost(PATIENCE).until(() -> client.served() == 2);
          await().atMost(PATIENCE).until(() -> client.state(1).equals("COMPLETE"));
          assertThat(client.search("moon", 1)).hasSize(1);

          conductor.stop(PATIENCE.toSeconds());
          assertThat(Files.readString(folder.resolve("conduct/logs/freshet.log")))
              .doesNotContain("ending all the same", "did not close cleanly");
        }
      }
    }
  }

  private void publish(EmbeddedKafka kafka) {
    Map<String, String> settings =
        Map.of(
            "kafka.bootstrapServers", kafka.bootstrapServers(),
            "registry.location", folder.resolve("registry").toString());
    new GenerationPublisher(ConfigLoader.load(null, Map.of(), settings), Clock.systemUTC())
        .publish(Checkpoints.write(folder, 1, ModuleSides.SHARED));
  }
}
