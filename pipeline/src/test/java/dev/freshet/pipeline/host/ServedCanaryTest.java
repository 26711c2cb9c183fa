package dev.freshet.pipeline.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.pipeline.FakeEncoder;
import dev.freshet.pipeline.config.AnnConfig;
import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.config.ServeConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Looks that the test takes itself, at a generation whose encoders do as they are told. */
@Tag("slow")
class ServedCanaryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final int NOBODY = 0;

  private static final AtomicInteger TESTS = new AtomicInteger();

  @TempDir private static Path broker;
  private static EmbeddedKafka kafka;
  @TempDir private Path folder;
  private final Topics topics = new Topics("test-" + TESTS.incrementAndGet() + ".");
  private final FakeEncoder documents = new FakeEncoder();
  private final FakeEncoder queries = new FakeEncoder();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private VectorStore store;
  private KafkaDocumentWriter writer;
  private HostedVectors vectors;
  private HostedGeneration hosted;
  private ModelsTopic models;
  private int served;

  @BeforeAll
  static void startBroker() throws Exception {
    kafka = EmbeddedKafka.start(broker, 0);
  }

  @AfterAll
  static void stopBroker() throws Exception {
    kafka.close();
  }

  /** Generation 1 is served, all others answer from its vectors. */
  @BeforeEach
  void serve() throws Exception {
    KafkaConfig config = new KafkaConfig(kafka.bootstrapServers(), topics.prefix(), 1, 1, Map.of());
    TopicProvisioner.provision(config, topics, 1, 1 << 20);
    store =
        VectorStore.open(
            folder.resolve("store"),
            new StoreSettings(1 << 20, 1 << 20, 0, Duration.ofDays(7), AnnConfig.defaults()));
    writer = new KafkaDocumentWriter(config, topics, Clock.systemUTC());
    vectors = HostedVectors.open(config, topics, 1, null, documents.dimensions(), store, writer);
    write(config);
    await().atMost(PATIENCE).until(() -> vectors.index().counts().documents() == 1);
    models = new ModelsTopic(config, topics, Clock.systemUTC());
    GenerationRecord first = GenerationRecord.first(1, "f", "m", NOW);
    models.announce(first);
    hosted = new HostedGeneration(first, queries, documents, vectors, ServeConfig.defaults());
    served = 1;
    documents.answer = CompletableFuture.completedFuture(new float[] {1, 0});
    log.start();
    logger().addAppender(log);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(ServedCanary.class);
  }

  @AfterEach
  void close() {
    logger().detachAppender(log);
    hosted.close();
    vectors.close();
    writer.close();
    store.close();
  }

  private void write(KafkaConfig config) throws Exception {
    VectorRecord record =
        new VectorRecord.Upsert(
            "a",
            1,
            new Position(0, 7),
            7,
            "{\"text\": \"rain\"}".getBytes(UTF_8),
            List.of(new PassageVector(0, 4, new float[] {1, 0})));
    try (var producer =
        new KafkaProducer<>(
            KafkaClients.producerProperties(config, 1 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  topics.vectors(1),
                  VectorRecordCodec.key(record.id()),
                  VectorRecordCodec.encode(record)))
          .get(1, TimeUnit.MINUTES);
    }
  }

  private ServedCanary canary(int... unready) {
    List<Integer> missing = Arrays.stream(unready).boxed().toList();
    return new ServedCanary(
        () -> served,
        () -> hosted,
        record -> !missing.contains(record.generation()),
        models,
        Duration.ofDays(1));
  }

  /** As the node does once everybody knows. */
  private void serveNext(int generation) {
    GenerationRecord next =
        GenerationRecord.published(generation, "f", "m", 1, 1, Map.of(), NOW)
            .complete(new TreeMap<>(), NOW);
    models.serve(models.read(), next, "replaced by generation " + generation);
    served = generation;
  }

  private int announced() {
    return Objects.requireNonNull(models.read().served()).generation();
  }

  private List<String> reasons(int generation) {
    return Objects.requireNonNull(models.read().get(generation)).reasons();
  }

  private static CompletableFuture<float[]> notFinite() {
    return CompletableFuture.failedFuture(new EncodingException("the vector is not finite"));
  }

  @Test
  void queriesThatAreNotFiniteTwiceInARowRollBack() {
    serveNext(2);
    ServedCanary canary = canary();
    assertThat(canary.look(NOBODY)).isEqualTo(NOBODY);
    queries.answer = notFinite();
    assertThat(canary.look(NOBODY)).isEqualTo(2);
    assertThat(announced()).isEqualTo(2);
    assertThat(canary.look(2)).isEqualTo(2);
    assertThat(announced()).isEqualTo(1);
    assertThat(reasons(2)).containsExactly("it failed its canary: the vector is not finite");
  }

  @Test
  void whatFailsOnceAndIsWellAgainStays() {
    serveNext(2);
    ServedCanary canary = canary();
    queries.answer = notFinite();
    int suspected = canary.look(NOBODY);
    queries.answer = null;
    suspected = canary.look(suspected);
    assertThat(suspected).isEqualTo(NOBODY);
    queries.answer = notFinite();
    assertThat(canary.look(suspected)).isEqualTo(2);
    assertThat(announced()).isEqualTo(2);
  }

  @Test
  void vectorsThatAreNotTheModelsRollBackWithNumbers() {
    serveNext(2);
    ServedCanary canary = canary();
    documents.answer = CompletableFuture.completedFuture(new float[] {0.6f, 0.8f});
    canary.look(canary.look(NOBODY));
    assertThat(announced()).isEqualTo(1);
    assertThat(reasons(2))
        .singleElement()
        .asString()
        .contains("mean cosine of documents encoded again 0.600, at least 0.98 is right");
  }

  @Test
  void whereThereIsNothingToGoBackToItIsServedOnAndThatIsReported() {
    ServedCanary canary = canary();
    queries.answer = notFinite();
    canary.look(canary.look(NOBODY));
    assertThat(announced()).isEqualTo(1);
    assertThat(reasons(1)).isEmpty();
    assertThat(log.list)
        .filteredOn(event -> event.getLevel() == Level.ERROR)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "generation 1 fails its canary, and there is none before it to go back to");
  }

  /** Where the node itself is ill all fail: it goes back to the first and no further. */
  @Test
  void twoInARowAreRolledBackOneByOneAndNeverForward() {
    serveNext(2);
    serveNext(3);
    ServedCanary canary = canary();
    queries.answer = notFinite();
    int suspected = canary.look(canary.look(NOBODY));
    assertThat(announced()).isEqualTo(2);
    served = 2;
    suspected = canary.look(suspected);
    assertThat(suspected).as("another one has all its looks before it").isEqualTo(2);
    assertThat(announced()).isEqualTo(2);
    suspected = canary.look(suspected);
    assertThat(announced()).isEqualTo(1);
    served = 1;
    canary.look(canary.look(suspected));
    assertThat(announced()).isEqualTo(1);
    assertThat(reasons(3)).singleElement().asString().contains("failed its canary");
    assertThat(reasons(2)).singleElement().asString().contains("failed its canary");
  }

  @Test
  void aGenerationThatThisNodeHasNotReadIsPassedOver() {
    serveNext(2);
    serveNext(3);
    ServedCanary canary = canary(2);
    queries.answer = notFinite();
    canary.look(canary.look(NOBODY));
    assertThat(announced()).isEqualTo(1);
  }

  @Test
  void anEngineThatFailsSpeaksAgainstNoGeneration() {
    serveNext(2);
    ServedCanary canary = canary();
    queries.answer = CompletableFuture.failedFuture(new IllegalStateException("device lost"));
    assertThat(canary.look(canary.look(NOBODY))).isEqualTo(NOBODY);
    assertThat(announced()).isEqualTo(2);
  }
}
