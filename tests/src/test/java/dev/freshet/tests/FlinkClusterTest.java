package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.TopicReader;
import dev.freshet.pipeline.registry.GenerationPublisher;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job jar on a Flink session cluster, submitted with {@code flink run} or by the conductor,
 * beside a serve node and a broker in other processes. Each submission has a class loader of its
 * own; DJL's natives load in the cluster's only.
 */
@Tag("cluster")
class FlinkClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String JOB = "freshet-index-";

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

        awaitNoLag(kafka, 1);
        flink.cancel(first);
        String checkpoint =
            dev.freshet.pipeline.conduct.Checkpoints.newestFirst(flink.checkpoints())
                .get(0)
                .toUri()
                .toString();
        client.put("[{\"id\": \"bread\", \"text\": \"Sourdough bread needs wild yeast.\"}]");

        String second = flink.run(List.of("-s", checkpoint), "--set", brokers);
        awaitFirst(client, "sourdough yeast", "bread");
        // Not from the beginning: then tides would stand here twice.
        assertThat(written(kafka, 1)).isEqualTo(2);

        awaitNoLag(kafka, 1);
        flink.cancel(second);
        client.delete("tides");

        flink.run(List.of(), "--set", brokers);
        await().atMost(PATIENCE).until(() -> client.document("tides").isEmpty());
        awaitFirst(client, "sourdough yeast", "bread");
        // From the beginning: both documents again, and the delete.
        await().atMost(PATIENCE).until(() -> written(kafka, 1) == 5);
      }
    }
  }

  @Test
  void theConductorRollsAGenerationThroughACluster() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        FlinkCluster flink = FlinkCluster.start(folder.resolve("flink"));
        FreshetProcess node = FreshetProcess.start(folder, arguments(kafka, "serve"))) {
      URI uri = node.awaitReady();
      var client = new FreshetClient(uri);
      try (FreshetProcess conductor = conductor(kafka, flink, uri)) {
        client.put("[{\"id\": \"tides\", \"text\": \"The moon raises the tides of the sea.\"}]");
        awaitFirst(client, "moon and sea", "tides");

        publish(kafka);
        await().atMost(PATIENCE).until(() -> client.served() == 2);
        awaitFirst(client, "moon and sea", "tides");
        // None is kept for a rollback.
        await().atMost(PATIENCE).until(() -> client.state(1).equals("RETIRED"));
        await().atMost(PATIENCE).until(() -> flink.jobs(JOB + 1, "CANCELED").size() == 1);
        String over = flink.jobs(JOB + 1, "CANCELED").get(0);
        await().atMost(PATIENCE).until(() -> !hasCheckpoints(flink, over));
        assertThat(flink.jobs(JOB + 2, "RUNNING")).hasSize(1);
        assertThat(flink.jars()).isEqualTo(1);
        assertThat(conductor.output())
            .contains("conducts freshet.models on " + kafka.bootstrapServers())
            .contains("Flink at " + flink.rest(), "serve nodes " + uri);
      }

      // Without the conductor everything goes on as it is; what a job has written it does not
      // write again when the next conductor starts it.
      client.put("[{\"id\": \"bread\", \"text\": \"Sourdough bread needs wild yeast.\"}]");
      awaitFirst(client, "sourdough yeast", "bread");
      awaitNoLag(kafka, 2);
      String first = flink.jobs(JOB + 2, "RUNNING").get(0);
      flink.cancel(first);
      try (FreshetProcess conductor = conductor(kafka, flink, uri)) {
        await().atMost(PATIENCE).until(() -> flink.jobs(JOB + 2, "RUNNING").size() == 1);
        String second = flink.jobs(JOB + 2, "RUNNING").get(0);
        await().atMost(PATIENCE).until(() -> flink.restored(second).contains(first));
        client.put("[{\"id\": \"rain\", \"text\": \"Umbrellas keep the rain off.\"}]");
        awaitFirst(client, "umbrella in the rain", "rain");
        assertThat(written(kafka, 2)).isEqualTo(3);
        assertThat(flink.jars()).isEqualTo(1);
        assertThat(conductor.output()).doesNotContain("Exception");
      }
    }
  }

  private static boolean hasCheckpoints(FlinkCluster flink, String job) {
    return dev.freshet.pipeline.conduct.Checkpoints.newestFirst(flink.checkpoints()).stream()
        .anyMatch(checkpoint -> checkpoint.toString().contains(job));
  }

  private String[] arguments(EmbeddedKafka kafka, String command, String... settings) {
    var arguments =
        new ArrayList<>(List.of(command, "--data-dir", folder.resolve(command).toString()));
    arguments.addAll(List.of("--port", "0"));
    for (String setting : settings(kafka, settings)) {
      arguments.addAll(List.of("--set", setting));
    }
    return arguments.toArray(String[]::new);
  }

  private List<String> settings(EmbeddedKafka kafka, String... others) {
    var settings = new ArrayList<>(List.of(others));
    settings.add("kafka.bootstrapServers=" + kafka.bootstrapServers());
    settings.add("registry.location=" + folder.resolve("registry"));
    return settings;
  }

  private FreshetProcess conductor(EmbeddedKafka kafka, FlinkCluster flink, URI node)
      throws IOException {
    return FreshetProcess.start(
        folder,
        arguments(
            kafka,
            "conduct",
            "conduct.flink=" + flink.rest(),
            "conduct.jobJar=" + ClusterClassPath.jobJar(),
            "conduct.nodes=" + node,
            "conduct.keep=0",
            // Two jobs beside each other in two slots.
            "index.parallelism=1"));
  }

  /** Makes modules and announces them, as {@code freshet publish} does. */
  private void publish(EmbeddedKafka kafka) {
    Map<String, String> settings = new HashMap<>();
    for (String setting : settings(kafka)) {
      settings.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    FreshetConfig config = ConfigLoader.load(null, Map.of(), settings);
    new GenerationPublisher(config, Clock.systemUTC())
        .publish(Checkpoints.write(folder, 1, ModuleSides.SHARED));
  }

  private static void awaitFirst(FreshetClient client, String query, String id) {
    await()
        .atMost(PATIENCE)
        .until(() -> client.search(query, 1).stream().anyMatch(hit -> hit.id().equals(id)));
  }

  /** The group passes the end with a completed checkpoint, from which nothing is read again. */
  private static void awaitNoLag(EmbeddedKafka kafka, int generation) {
    String group = "freshet.index." + generation;
    await()
        .atMost(PATIENCE)
        .until(() -> Offsets.lag(kafka.bootstrapServers(), group, "freshet.documents") == 0);
  }

  private static int written(EmbeddedKafka kafka, int generation) {
    var properties = new Properties();
    properties.setProperty("bootstrap.servers", kafka.bootstrapServers());
    var records = new AtomicInteger();
    TopicReader.readAll(
        properties, "freshet.vectors." + generation, record -> records.incrementAndGet());
    return records.get();
  }
}
