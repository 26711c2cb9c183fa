package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.pipeline.app.EmbeddedStack;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.kafka.TopicReader;
import dev.freshet.pipeline.registry.GenerationPublisher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * New generations roll through an index that is searched and written to: built beside the served
 * one, switched to in one step, rolled back, retired.
 */
class RefreshTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int DOCUMENTS = 60;

  @TempDir private Path data;
  private EmbeddedStack stack;
  private FreshetClient client;

  @BeforeEach
  void start() throws Exception {
    stack = EmbeddedStack.start(Configs.embedded(data, Map.of("serve.canary", "300ms")));
    client = new FreshetClient(stack.node().uri());
    putAll();
    await().atMost(PATIENCE).until(() -> client.documents() == DOCUMENTS);
  }

  private void putAll() {
    StringBuilder documents = new StringBuilder("[");
    for (int i = 0; i < DOCUMENTS; i++) {
      documents
          .append(i == 0 ? "" : ",")
          .append("{\"id\": \"d%d\", \"text\": \"note number %d of the archive\"}".formatted(i, i));
    }
    client.put(documents.append("]").toString());
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  private GenerationRecord publish(Path checkpoint) {
    return new GenerationPublisher(stack.config(), Clock.systemUTC()).publish(checkpoint);
  }

  private void awaitServed(int generation) {
    await().atMost(PATIENCE).until(() -> client.served() == generation);
  }

  @Test
  void aGenerationRollsThroughWhilePeopleSearchAndWrite() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    List<String> wrong = new ArrayList<>();
    Thread writer =
        new Thread(
            () -> {
              // Each is added, found, deleted, and never seen again.
              for (int i = 0; !over.get(); i++) {
                String id = "w" + i;
                client.put("[{\"id\": \"%s\", \"text\": \"fresh note %d\"}]".formatted(id, i));
                await().atMost(PATIENCE).until(() -> client.document(id).isPresent());
                for (int look = 0; look < 20; look++) {
                  // What was there once stays there, also when a switch comes in between.
                  assertThat(client.document(id)).isPresent();
                }
                client.delete(id);
                await().atMost(PATIENCE).until(() -> client.document(id).isEmpty());
                written.incrementAndGet();
              }
            });
    Thread reader =
        new Thread(
            () -> {
              while (!over.get()) {
                int gone = written.get();
                List<FreshetClient.Hit> hits = client.search("fresh note", 80);
                long old = hits.stream().filter(hit -> hit.id().startsWith("d")).count();
                if (old != DOCUMENTS) {
                  synchronized (wrong) {
                    wrong.add("only %d of %d documents were found".formatted(old, DOCUMENTS));
                  }
                }
                for (FreshetClient.Hit hit : hits) {
                  boolean isGone =
                      hit.id().startsWith("w") && Integer.parseInt(hit.id().substring(1)) < gone;
                  if (isGone) {
                    synchronized (wrong) {
                      wrong.add(hit.id() + " was seen after its end");
                    }
                  }
                }
              }
            });
    AtomicInteger died = new AtomicInteger();
    for (Thread thread : List.of(writer, reader)) {
      thread.setUncaughtExceptionHandler(
          (t, e) -> {
            died.incrementAndGet();
            synchronized (wrong) {
              wrong.add(e.toString());
            }
          });
      thread.start();
    }
    publish(Checkpoints.write(data, 1, ModuleSides.SHARED));
    awaitServed(2);
    client.serve(1);
    assertThat(client.served()).isEqualTo(1);
    client.serve(2);
    publish(Checkpoints.write(data, 2, ModuleSides.SHARED));
    awaitServed(3);
    over.set(true);
    writer.join();
    reader.join();

    assertThat(wrong).isEmpty();
    assertThat(died).hasValue(0);
    assertThat(written.get()).isPositive();
    await().atMost(PATIENCE).until(() -> client.state(1).equals("RETIRED"));
    assertThat(client.state(2)).isEqualTo("COMPLETE");
    assertThat(client.search("note", 100)).hasSize(DOCUMENTS);
    assertThat(client.documents()).isEqualTo(DOCUMENTS);
  }

  @Test
  void aPlanSaysBeforehandWhatARefreshTakes() {
    JsonNode plan = client.plan();
    assertThat(plan.required("generation").asInt()).isEqualTo(1);
    assertThat(plan.required("documents").asLong()).isEqualTo(DOCUMENTS);
    assertThat(plan.required("changes").asLong()).isGreaterThanOrEqualTo(DOCUMENTS);
    assertThat(plan.required("passages").asLong()).isEqualTo(DOCUMENTS);
    assertThat(plan.required("sampled").asInt()).isEqualTo(DOCUMENTS);
    assertThat(plan.required("tokens").asLong()).isBetween(6L * DOCUMENTS, 20L * DOCUMENTS);
    assertThat(plan.required("seconds").asDouble()).isPositive();
    assertThat(plan.required("storeBytes").asLong()).isPositive();
    // A vector is 1,024 bytes here, and every document's record holds one.
    assertThat(plan.required("topicBytes").asLong()).isGreaterThan(DOCUMENTS * 100L);
  }

  /** As a generation that was built by another model would look like, or damaged on its way. */
  @Test
  void aGenerationWhoseVectorsAreNotItsModelsIsRolledBack() throws Exception {
    publish(Checkpoints.write(data, 6, ModuleSides.SHARED));
    awaitServed(2);
    turnVectorsRound("freshet.vectors.2");
    Topics topics = new Topics(stack.config().kafka().topicPrefix());
    ModelsTopic models = new ModelsTopic(stack.config().kafka(), topics, Clock.systemUTC());
    await()
        .atMost(PATIENCE)
        .until(() -> Objects.requireNonNull(models.read().served()).generation() == 1);
    putAll(); // the generation before must have what this one seemed to have

    awaitServed(1);
    assertThat(client.state(2)).isEqualTo("COMPLETE");
    await().atMost(PATIENCE).until(() -> !client.reasons(2).isEmpty());
    assertThat(client.reasons(2)).singleElement().asString().contains("failed its canary");
    assertThat(client.search("note", 100)).hasSize(DOCUMENTS);
  }

  /** As if every document had been written once more, by something that is not the model. */
  private void turnVectorsRound(String topic) throws Exception {
    Map<String, VectorRecord.Upsert> upserts = new HashMap<>();
    Map<String, Integer> partitions = new HashMap<>();
    TopicReader.readAll(
        KafkaClients.properties(stack.config().kafka()),
        topic,
        record -> {
          String id = new String(record.key(), StandardCharsets.UTF_8);
          partitions.put(id, record.partition());
          upserts.put(id, upsert(id, record.value())); // a record may come twice
        });
    Map<Integer, Long> ends =
        upserts.values().stream()
            .collect(Collectors.groupingBy(u -> u.position().partition(), Collectors.counting()));
    try (PlainProducer producer = new PlainProducer(stack.config().kafka().bootstrapServers())) {
      for (VectorRecord.Upsert upsert : upserts.values()) {
        Position at = upsert.position();
        Position next = new Position(at.partition(), at.offset() + ends.get(at.partition()));
        producer.send(
            topic,
            partitions.get(upsert.id()),
            VectorRecordCodec.key(upsert.id()),
            VectorRecordCodec.encode(
                new VectorRecord.Upsert(
                    upsert.id(),
                    upsert.generation(),
                    next,
                    upsert.timestampMillis(),
                    upsert.payload(),
                    upsert.passages().stream().map(RefreshTest::turnedRound).toList())));
      }
    }
  }

  private static VectorRecord.Upsert upsert(String id, byte[] value) {
    try {
      return (VectorRecord.Upsert) VectorRecordCodec.decode(id, value);
    } catch (MalformedRecordException e) {
      throw new AssertionError(e);
    }
  }

  private static PassageVector turnedRound(PassageVector passage) {
    float[] vector = passage.vector().clone();
    for (int i = 0; i < vector.length; i++) {
      vector[i] = -vector[i];
    }
    return new PassageVector(passage.start(), passage.end(), vector);
  }

  @Test
  void aNewQuerySideNeedsNoRefresh() {
    GenerationRecord queries = publish(Checkpoints.write(data, 3, ModuleSides.QUERY));
    assertThat(queries.vectors()).isEqualTo(1);
    awaitServed(2);
    assertThat(client.search("note", 100)).hasSize(DOCUMENTS);
    assertThat(client.state(1)).isEqualTo("COMPLETE");
  }

  @Test
  void aRestartGoesOnWithTheServedGeneration() throws Exception {
    publish(Checkpoints.write(data, 4, ModuleSides.SHARED));
    awaitServed(2);
    double before = client.search("note number 7", 1).get(0).score();
    stack.close();
    stack = EmbeddedStack.start(Configs.embedded(data));
    client = new FreshetClient(stack.node().uri());
    assertThat(client.served()).isEqualTo(2);
    assertThat(client.search("note number 7", 1).get(0).score()).isEqualTo(before);
    client.put("[{\"id\": \"new\", \"text\": \"written after the restart\"}]");
    await().atMost(PATIENCE).until(() -> client.documents() == DOCUMENTS + 1);
  }
}
