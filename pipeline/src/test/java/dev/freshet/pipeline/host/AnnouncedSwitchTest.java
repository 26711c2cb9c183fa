package dev.freshet.pipeline.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.http.GenerationConflictException;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import dev.freshet.pipeline.search.GenerationNotReadyException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Generations 1 and 2 in a real broker, at a node that stays with the first whatever is said. */
@Tag("slow")
@Timeout(60)
class AnnouncedSwitchTest {
  private static final Topics TOPICS = new Topics("test.");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path folder;

  @Test
  void whoChoosesAnotherOneMeanwhileNeedNotWait() throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0);
    Map<String, String> impatient =
        Map.of(
            "default.api.timeout.ms", "2000", "request.timeout.ms", "2000", "max.block.ms", "2000");
    KafkaConfig config =
        new KafkaConfig(kafka.bootstrapServers(), TOPICS.prefix(), 1, 1, impatient);
    TopicProvisioner.provision(config, TOPICS, 1, 1 << 20);
    ModelsTopic models = new ModelsTopic(config, TOPICS, Clock.systemUTC());
    models.announce(GenerationRecord.first(1, "f1", "a model", NOW));
    models.announce(
        GenerationRecord.published(2, "f2", "a model", 2, 1, Map.of(), NOW)
            .building(new TreeMap<>(), NOW)
            .complete(new TreeMap<>(), NOW));
    AnnouncedSwitch switching = new AnnouncedSwitch(models, generation -> true, () -> 1);
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(() -> switching.serve(2), task -> new Thread(task).start());
    await().atMost(PATIENCE).until(() -> served(models) == 2);
    assertThat(waiting).as("this node has yet to follow").isNotDone();
    switching.serve(1);
    assertThat(served(models)).isEqualTo(1);
    assertThatThrownBy(waiting::join)
        .hasCauseInstanceOf(GenerationConflictException.class)
        .hasMessageContaining("generation 2 was announced as served, and generation 1 since");
    kafka.close();
    assertThatThrownBy(() -> switching.serve(2))
        .isInstanceOf(GenerationNotReadyException.class)
        .hasMessageContaining("the brokers do not answer");
  }

  private static int served(ModelsTopic models) {
    return Objects.requireNonNull(models.read().served()).generation();
  }
}
