package dev.freshet.pipeline.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationState;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.kafka.TopicAdmin;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import dev.freshet.pipeline.search.GenerationNotReadyException;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two generations of the built-in encoder, on a real broker and a real store. */
@Tag("slow")
class HostedGenerationsTest {
  private static final Topics TOPICS = new Topics("test.");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path folder;

  @Test
  void aSwitchThatARestartCutShortIsHandedOverStill() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      FreshetConfig config = config(kafka);
      TopicProvisioner.provision(config.kafka(), TOPICS, 1, 1 << 20);
      TopicProvisioner.provision(config.kafka(), TOPICS, 2, 1 << 20);
      try (Encoder encoder = Encoders.acquire(config.encoder(), Side.DOCUMENT)) {
        GenerationRecord first =
            GenerationRecord.first(1, encoder.fingerprint(), encoder.description(), NOW);
        Generations before = Generations.NONE.with(first).with(built(first));
        write(config, 1, encoder.dimensions());
        serveFirst(config, before);
        Generations announced =
            before.with(Objects.requireNonNull(before.get(2)).served(NOW)).with(replaced(first));
        restartAndSwitch(config, announced, encoder.dimensions());
      }
    }
  }

  @Test
  void aGenerationThatIsNotFollowedAnyMoreIsNotSwitchedTo() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      FreshetConfig config = config(kafka);
      TopicProvisioner.provision(config.kafka(), TOPICS, 1, 1 << 20);
      TopicProvisioner.provision(config.kafka(), TOPICS, 2, 1 << 20);
      try (Encoder encoder = Encoders.acquire(config.encoder(), Side.DOCUMENT)) {
        GenerationRecord first =
            GenerationRecord.first(1, encoder.fingerprint(), encoder.description(), NOW);
        GenerationRecord second = built(first);
        Generations before = Generations.NONE.with(first).with(second);
        write(config, 1, encoder.dimensions());
        write(config, 2, encoder.dimensions());
        readAll(config, before, second);
        makeAnew(config, TOPICS.vectors(2));
        Generations announced = before.with(second.served(NOW)).with(replaced(first));
        requireRefused(config, before, announced);
      }
    }
  }

  private void readAll(FreshetConfig config, Generations now, GenerationRecord second) {
    try (VectorStore store = open(config);
        KafkaDocumentWriter writer =
            new KafkaDocumentWriter(config.kafka(), TOPICS, Clock.systemUTC());
        HostedGenerations generations = new HostedGenerations(config, TOPICS, 1, store, writer)) {
      generations.follow(now);
      await()
          .atMost(PATIENCE)
          .until(() -> generations.areReady(second) && generations.health().obstacle().isEmpty());
    }
  }

  /** As an operator who lost it would: it ends before what was read of it. */
  private static void makeAnew(FreshetConfig config, String topic) {
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.delete(topic);
      await().atMost(PATIENCE).until(() -> !admin.ids().containsKey(topic));
      TopicProvisioner.provision(config.kafka(), TOPICS, 2, 1 << 20);
    }
  }

  private void requireRefused(FreshetConfig config, Generations before, Generations announced) {
    try (VectorStore store = open(config);
        KafkaDocumentWriter writer =
            new KafkaDocumentWriter(config.kafka(), TOPICS, Clock.systemUTC());
        HostedGenerations generations = new HostedGenerations(config, TOPICS, 1, store, writer)) {
      generations.follow(before);
      GenerationRecord second = Objects.requireNonNull(announced.get(2));
      await().atMost(PATIENCE).until(() -> !generations.areReady(second));
      assertThat(generations.generations().get(0).ready()).as("it was read once").isTrue();
      assertThatThrownBy(() -> generations.follow(announced))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the vectors are not followed any more")
          .hasMessageEndingWith("This node goes on with generation 1");
      assertThat(generations.servedGeneration()).isEqualTo(1);
      assertThat(generations.health().stall()).isEmpty();
    }
  }

  @Test
  void modulesThatAreMissingStopAStartOnlyWhereTheyAreServed() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      FreshetConfig config = config(kafka);
      TopicProvisioner.provision(config.kafka(), TOPICS, 1, 1 << 20);
      try (Encoder encoder = Encoders.acquire(config.encoder(), Side.DOCUMENT);
          VectorStore store = open(config);
          KafkaDocumentWriter writer =
              new KafkaDocumentWriter(config.kafka(), TOPICS, Clock.systemUTC());
          HostedGenerations generations = new HostedGenerations(config, TOPICS, 1, store, writer)) {
        GenerationRecord first =
            GenerationRecord.first(1, encoder.fingerprint(), encoder.description(), NOW);
        GenerationRecord missing =
            GenerationRecord.published(3, "f3", "a model", 3, 1, Map.of(), NOW)
                .building(new TreeMap<>(), NOW);
        Generations now = Generations.NONE.with(first).with(missing);
        generations.start(now);
        assertThat(generations.servedGeneration()).isEqualTo(1);
        assertThatThrownBy(() -> generations.follow(now)).hasMessageContaining("registry");
        assertThat(generations.generations().get(0).reasons())
            .singleElement()
            .asString()
            .startsWith("it cannot be opened here: ")
            .contains("registry");
        Generations served =
            now.with(missing.complete(new TreeMap<>(), NOW).served(NOW))
                .with(first.replaced("replaced", NOW));
        assertThatThrownBy(() -> generations.start(served)).hasMessageContaining("registry");
      }
    }
  }

  @Test
  void aTailThatStoppedForWhatARestartMayCureSaysSo() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      FreshetConfig config = config(kafka);
      TopicProvisioner.provision(config.kafka(), TOPICS, 1, 1 << 20);
      try (Encoder encoder = Encoders.acquire(config.encoder(), Side.DOCUMENT);
          VectorStore store = open(config);
          KafkaDocumentWriter writer =
              new KafkaDocumentWriter(config.kafka(), TOPICS, Clock.systemUTC());
          HostedGenerations generations = new HostedGenerations(config, TOPICS, 1, store, writer)) {
        generations.start(
            Generations.NONE.with(
                GenerationRecord.first(1, encoder.fingerprint(), encoder.description(), NOW)));
        assertThat(generations.health().stall()).isEmpty();
        store.close();
        await().atMost(PATIENCE).until(() -> generations.health().stall().isPresent());
        assertThat(generations.health().stall())
            .hasValueSatisfying(
                reason -> assertThat(reason).startsWith("the vectors are not followed any more"));
        assertThat(generations.health().obstacle()).isEqualTo(generations.health().stall());
      }
    }
  }

  private FreshetConfig config(EmbeddedKafka kafka) {
    return ConfigLoader.load(
        null,
        Map.of(),
        Map.of(
            "kafka.bootstrapServers", kafka.bootstrapServers(),
            "kafka.topicPrefix", TOPICS.prefix(),
            "kafka.partitions", "1",
            "dataDir", folder.resolve("data").toString()));
  }

  private void serveFirst(FreshetConfig config, Generations now) {
    try (VectorStore store = open(config);
        KafkaDocumentWriter writer =
            new KafkaDocumentWriter(config.kafka(), TOPICS, Clock.systemUTC());
        HostedGenerations generations = new HostedGenerations(config, TOPICS, 1, store, writer)) {
      generations.follow(now);
      assertThat(generations.servedGeneration()).isEqualTo(1);
      assertThat(store.served()).hasValue(1);
      await()
          .atMost(PATIENCE)
          .ignoreException(GenerationNotReadyException.class)
          .until(() -> generations.document("a").isPresent());
    }
  }

  private void restartAndSwitch(FreshetConfig config, Generations now, int dimensions)
      throws Exception {
    try (VectorStore store = open(config);
        KafkaDocumentWriter writer =
            new KafkaDocumentWriter(config.kafka(), TOPICS, Clock.systemUTC());
        HostedGenerations generations = new HostedGenerations(config, TOPICS, 1, store, writer)) {
      generations.follow(now);
      assertThat(generations.servedGeneration()).as("what was served here last").isEqualTo(1);
      await()
          .atMost(PATIENCE)
          .until(() -> generations.areReady(Objects.requireNonNull(now.get(2))));
      CompletableFuture<Void> switching = CompletableFuture.runAsync(() -> generations.follow(now));
      write(config, 2, dimensions);
      while (generations.servedGeneration() == 1 && !switching.isDone()) {
        assertThat(generations.document("a")).isPresent();
      }
      assertThat(generations.document("a")).isPresent();
      switching.get(1, TimeUnit.MINUTES);
      assertThat(store.served()).hasValue(2);
    }
  }

  private VectorStore open(FreshetConfig config) {
    return VectorStore.open(folder.resolve("store"), StoreSettings.of(config.store()));
  }

  private static GenerationRecord replaced(GenerationRecord first) {
    return first.replaced("replaced by generation 2", NOW);
  }

  /** A second generation of the same model, with vectors of its own. */
  private static GenerationRecord built(GenerationRecord first) {
    return new GenerationRecord(
        2,
        GenerationState.COMPLETE,
        first.fingerprint(),
        first.description(),
        GenerationRecord.Origin.CONFIGURED,
        2,
        1,
        new TreeMap<>(),
        new TreeMap<>(),
        false,
        null,
        List.of(),
        Map.of(),
        NOW);
  }

  private static void write(FreshetConfig config, int generation, int dimensions) throws Exception {
    float[] vector = new float[dimensions];
    vector[0] = 1;
    VectorRecord record =
        new VectorRecord.Upsert(
            "a",
            generation,
            new Position(0, 7),
            7,
            "{\"text\": \"rain\"}".getBytes(UTF_8),
            List.of(new PassageVector(0, 4, vector)));
    try (var producer =
        new KafkaProducer<>(
            KafkaClients.producerProperties(config.kafka(), 1 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  TOPICS.vectors(generation),
                  VectorRecordCodec.key(record.id()),
                  VectorRecordCodec.encode(record)))
          .get(1, TimeUnit.MINUTES);
    }
  }
}
