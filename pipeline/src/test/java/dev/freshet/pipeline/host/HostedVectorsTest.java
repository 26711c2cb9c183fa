package dev.freshet.pipeline.host;

import static dev.freshet.pipeline.event.Topics.FIRST_GENERATION;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.config.AnnConfig;
import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real topics, followed into a store that may have no room. */
@Tag("slow")
class HostedVectorsTest {
  private static final Topics TOPICS = new Topics("test.");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int DIMENSIONS = 4;
  private static final int DOCUMENTS = 200;
  private static final int TEXT = 8 << 10;

  @TempDir private Path folder;

  private static StoreSettings settings(long maxBytes) {
    return new StoreSettings(1 << 20, 1 << 20, maxBytes, Duration.ofDays(7), AnnConfig.defaults());
  }

  @Test
  void waitsWhileThereIsNoRoomAndSaysSoAndLosesNothing() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      KafkaConfig config =
          new KafkaConfig(kafka.bootstrapServers(), TOPICS.prefix(), 1, 1, Map.of());
      TopicProvisioner.provision(config, TOPICS, FIRST_GENERATION, 1 << 20);
      produce(config, FIRST_GENERATION, 0, DOCUMENTS);
      long stored = fill(config);
      assertThat(stored).isBetween(1L, DOCUMENTS - 1L);
      // As after a restart with more room.
      try (VectorStore store = VectorStore.open(folder.resolve("store"), settings(0));
          KafkaDocumentWriter writer = new KafkaDocumentWriter(config, TOPICS, Clock.systemUTC());
          HostedVectors vectors = open(config, store, writer)) {
        assertThat(vectors.index().counts().documents()).isGreaterThanOrEqualTo(stored);
        await().atMost(PATIENCE).until(() -> vectors.index().counts().documents() == DOCUMENTS);
        assertThat(vectors.obstacle()).isNull();
        for (int i = 0; i < DOCUMENTS; i++) {
          assertThat(vectors.index().document("d" + i)).isPresent();
        }
      }
    }
  }

  @Test
  void tellsHowMuchIsHereBesideTheServedOnesAndHowLongTheRestTakes() throws Exception {
    int next = FIRST_GENERATION + 1;
    int first = DOCUMENTS / 4;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      KafkaConfig config =
          new KafkaConfig(kafka.bootstrapServers(), TOPICS.prefix(), 1, 1, Map.of());
      TopicProvisioner.provision(config, TOPICS, FIRST_GENERATION, 1 << 20);
      TopicProvisioner.provision(config, TOPICS, next, 1 << 20);
      produce(config, FIRST_GENERATION, 0, DOCUMENTS);
      produce(config, next, 0, first);
      try (VectorStore store = VectorStore.open(folder.resolve("store"), settings(0));
          KafkaDocumentWriter writer = new KafkaDocumentWriter(config, TOPICS, Clock.systemUTC());
          HostedVectors served = open(config, store, writer)) {
        await().atMost(PATIENCE).until(() -> served.tail().caughtUp());
        assertThat(served.progress(served)).isEqualTo(1);
        assertThat(served.secondsLeft(1)).isNull();
        try (HostedVectors built = open(config, next, store, writer)) {
          await().atMost(PATIENCE).until(() -> built.tail().caughtUp());
          double progress = built.progress(served);
          assertThat(progress).as("all that was in its topic, and not all").isEqualTo(0.25);
          double slower = DOCUMENTS * 0.75 / built.pace();
          Double left = built.secondsLeft(progress);
          double slowest = DOCUMENTS * 0.75 / built.pace();
          assertThat(left).isNotNull().isBetween(slower, slowest);
          assertThat(built.secondsLeft(0)).as("nobody knows how much there is").isNull();
        }
        try (HostedVectors built = open(config, next, store, writer)) {
          await().atMost(PATIENCE).until(() -> built.tail().caughtUp());
          assertThat(built.progress(served)).isEqualTo(0.25);
          assertThat(built.secondsLeft(0.25)).as("nothing came lately").isNull();
          produce(config, next, first, DOCUMENTS);
          awaitDocuments(built, DOCUMENTS);
          assertThat(built.progress(served)).as("it is not told to be complete").isEqualTo(0.999);
          assertThat(built.secondsLeft(0.999)).as("later versions may come").isNull();
          built.index().markComplete();
          assertThat(built.progress(served)).isEqualTo(1);
        }
      }
    }
  }

  private static void awaitDocuments(HostedVectors vectors, int documents) {
    await().atMost(PATIENCE).until(() -> vectors.index().counts().documents() == documents);
  }

  /** Follows the topic until the store is full; tells how many documents it has then. */
  private long fill(KafkaConfig config) {
    try (VectorStore store = VectorStore.open(folder.resolve("store"), settings(1 << 19));
        KafkaDocumentWriter writer = new KafkaDocumentWriter(config, TOPICS, Clock.systemUTC());
        HostedVectors vectors = open(config, store, writer)) {
      await().atMost(PATIENCE).until(() -> vectors.obstacle() != null);
      assertThat(vectors.obstacle()).contains("store.maxBytes", "Raise it and restart");
      // It waits, and has not given up; what is stored is answered.
      assertThat(vectors.tail().failure()).isNull();
      assertThat(vectors.failure()).as("what would end a start").isNull();
      assertThat(vectors.tail().caughtUp()).isFalse();
      long stored = vectors.index().counts().documents();
      assertThat(vectors.index().offsets()).containsEntry(0, stored);
      assertThat(vectors.index().document("d0")).isPresent();
      return stored;
    }
  }

  private static HostedVectors open(
      KafkaConfig config, VectorStore store, KafkaDocumentWriter writer) {
    return open(config, FIRST_GENERATION, store, writer);
  }

  private static HostedVectors open(
      KafkaConfig config, int generation, VectorStore store, KafkaDocumentWriter writer) {
    return HostedVectors.open(config, TOPICS, generation, null, DIMENSIONS, store, writer);
  }

  /** Texts that do not compress. */
  private static void produce(KafkaConfig config, int generation, int from, int to)
      throws Exception {
    Random random = new Random(5);
    try (var producer =
        new KafkaProducer<>(
            KafkaClients.producerProperties(config, 1 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (int i = from; i < to; i++) {
        StringBuilder text = new StringBuilder();
        while (text.length() < TEXT) {
          text.append(Long.toString(random.nextLong() >>> 1, Character.MAX_RADIX)).append(' ');
        }
        byte[] payload = "{\"text\": \"%s\"}".formatted(text).getBytes(UTF_8);
        PassageVector passage = new PassageVector(0, 4, new float[] {1, i, 0, 0});
        VectorRecord record =
            new VectorRecord.Upsert(
                "d" + i, generation, new Position(0, i), i, payload, List.of(passage));
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    TOPICS.vectors(generation),
                    VectorRecordCodec.key(record.id()),
                    VectorRecordCodec.encode(record))));
      }
      for (Future<?> each : sent) {
        each.get(1, TimeUnit.MINUTES);
      }
    }
  }
}
