package dev.freshet.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.pipeline.app.EmbeddedStack;
import dev.freshet.pipeline.app.Freshet;
import dev.freshet.pipeline.event.ClickCodec;
import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.event.ImpressionCodec;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Broker, MiniCluster, index job and serve node for real, asked over HTTP and written to by a
 * producer that is not ours. One stack for all tests but those that stop it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EndToEndTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir static Path data;
  private static EmbeddedStack stack;
  private static FreshetClient client;

  @BeforeAll
  static void start() throws Exception {
    stack = EmbeddedStack.start(Configs.embedded(data));
    client = new FreshetClient(stack.node().uri());
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  @Order(1)
  void documentsThatArePutAreFound() {
    client.put(
        """
        [{"id": "tides", "title": "Tides", "text": "The moon raises the tides of the sea.",
          "attributes": {"topic": "ocean", "year": 1687}},
         {"id": "bread", "text": "Sourdough bread needs a starter of wild yeast.",
          "attributes": {"topic": "kitchen", "year": 2020}}]
        """);

    await().atMost(PATIENCE).until(() -> client.documents() == 2);

    assertThat(client.search("moon tides sea", 10))
        .extracting(FreshetClient.Hit::id)
        .containsExactly("tides", "bread");
    assertThat(client.search("sourdough yeast", 1).get(0).snippet()).contains("Sourdough bread");
  }

  @Test
  @Order(2)
  void filtersNarrowTheAnswer() {
    assertThat(client.search("moon tides sea", 10, "{\"topic\": \"kitchen\"}"))
        .extracting(FreshetClient.Hit::id)
        .containsExactly("bread");
    assertThat(
            client.search(
                "moon tides sea", 10, "{\"not\": {\"year\": {\"gte\": 1600, \"lt\": 1700}}}"))
        .extracting(FreshetClient.Hit::id)
        .containsExactly("bread");
  }

  @Test
  @Order(3)
  void anotherProducerWritesDocuments() throws Exception {
    try (var producer = new PlainProducer(stack.config().kafka().bootstrapServers())) {
      producer.send(
          topics().documents(), "glacier", "{\"text\": \"A glacier is a river of ice.\"}");
    }

    await().atMost(PATIENCE).until(() -> client.document("glacier").isPresent());

    assertThat(client.search("river of ice", 1))
        .extracting(FreshetClient.Hit::id)
        .containsExactly("glacier");
  }

  @Test
  @Order(3)
  void aProducerThatHashesOtherwiseIsUpdatedAndDeletedAllTheSame() throws Exception {
    String id = "hashed";
    int foreign = 1 - PlainProducer.partitionOf(id, 2);
    try (var producer = new PlainProducer(stack.config().kafka().bootstrapServers())) {
      producer.send(topics().documents(), foreign, id, "{\"text\": \"Written elsewhere.\"}");
    }
    await().atMost(PATIENCE).until(() -> client.document(id).isPresent());

    client.put("{\"id\": \"hashed\", \"text\": \"Updated over HTTP.\"}");
    await()
        .atMost(PATIENCE)
        .until(
            () -> client.document(id).filter(d -> d.toString().contains("over HTTP")).isPresent());

    client.delete(id);
    await().atMost(PATIENCE).until(() -> client.document(id).isEmpty());
  }

  @Test
  @Order(4)
  void anUpdateReplacesEveryPassage() {
    String longText = "volcano lava ash crater. ".repeat(400);
    client.put("{\"id\": \"update\", \"text\": \"" + longText + "\"}");
    await().atMost(PATIENCE).until(() -> client.document("update").isPresent());
    long before = client.passages();

    client.put("{\"id\": \"update\", \"text\": \"A quiet meadow.\"}");

    await().atMost(PATIENCE).until(() -> client.passages() < before - 5);
    assertThat(client.search("quiet meadow", 1).get(0).snippet()).isEqualTo("A quiet meadow.");
  }

  @Test
  @Order(5)
  void aDeleteTakesTheDocumentOut() {
    client.put("{\"id\": \"gone\", \"text\": \"An ephemeral mayfly.\"}");
    await().atMost(PATIENCE).until(() -> client.document("gone").isPresent());

    client.delete("gone");

    await().atMost(PATIENCE).until(() -> client.document("gone").isEmpty());
    assertThat(client.search("ephemeral mayfly", 10))
        .extracting(FreshetClient.Hit::id)
        .doesNotContain("gone");
  }

  @Test
  @Order(5)
  void modesFindByVectorByWordsAndByBoth() {
    for (String mode : List.of("dense", "lexical", "hybrid")) {
      JsonNode answer =
          client.answer(
              "{\"query\": \"glaciers\", \"explore\": false, \"mode\": \"" + mode + "\"}");
      List<String> ids = new ArrayList<>();
      answer.required("hits").forEach(hit -> ids.add(hit.required("id").asText()));
      assertThat(ids).as(mode).contains("glacier");
      if (mode.equals("lexical")) {
        assertThat(ids).containsExactly("glacier");
      }
    }
  }

  @Test
  @Order(5)
  void searchesAndClicksAreWrittenDown() {
    JsonNode answer =
        client.answer("{\"query\": \"moon and sea\", \"k\": 2, \"clientId\": \"c-1\"}");
    String queryId = answer.required("queryId").asText();
    List<String> shown = new ArrayList<>();
    answer.required("hits").forEach(hit -> shown.add(hit.required("id").asText()));
    client.click(
        "{\"query_id\": \"%s\", \"action_name\": \"click\", \"object_id\": \"%s\", \"position\": 1}"
            .formatted(queryId, shown.get(0)));

    assertThat(read(topics().clicks()))
        .anySatisfy(
            record -> {
              assertThat(new String(record.key(), UTF_8)).isEqualTo(queryId);
              assertThat(ClickCodec.decode(record.value()).objectId()).isEqualTo(shown.get(0));
            });
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(read(topics().impressions()))
                    .anySatisfy(
                        record -> {
                          Impression impression = ImpressionCodec.decode(record.value());
                          assertThat(impression.queryId()).isEqualTo(queryId);
                          assertThat(impression.clientId()).isEqualTo("c-1");
                          assertThat(impression.mode()).isEqualTo(SearchMode.HYBRID);
                          assertThat(impression.slots())
                              .extracting(Impression.Slot::objectId)
                              .isEqualTo(shown);
                        }));
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    TopicReader.readAll(KafkaClients.properties(stack.config().kafka()), topic, records::add);
    return records;
  }

  @Test
  @Order(6)
  void whatIsMalformedGoesToDeadLettersAndTheRestGoesOn() throws Exception {
    var bad =
        List.of(
            Map.entry("bad-json", "{\"text\": "),
            Map.entry("bad-empty", "{\"text\": \"  \"}"),
            Map.entry("bad-missing", "{\"title\": \"no text\"}"),
            Map.entry("bad-type", "{\"text\": 5}"),
            Map.entry("bad-attribute", "{\"text\": \"x\", \"attributes\": {\"a\": [1]}}"),
            Map.entry("x".repeat(600), "{\"text\": \"an id that is too long\"}"));
    try (var producer = new PlainProducer(stack.config().kafka().bootstrapServers())) {
      for (var record : bad) {
        producer.send(topics().documents(), record.getKey(), record.getValue());
      }
      producer.send(
          topics().documents(),
          "bad-utf8".getBytes(UTF_8),
          new byte[] {'{', '"', 't', (byte) 0xC3, (byte) 0x28});
      producer.send(topics().documents(), "after-bad", "{\"text\": \"The job goes on.\"}");
    }

    await().atMost(PATIENCE).until(() -> client.document("after-bad").isPresent());
    await().atMost(PATIENCE).until(() -> deadLetters().size() >= bad.size() + 1);

    var expected = new ArrayList<>(bad.stream().map(Map.Entry::getKey).toList());
    expected.add("bad-utf8");
    assertThat(deadLetters())
        .extracting(DeadLetters.Letter::key)
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(deadLetters())
        .allSatisfy(
            letter -> {
              assertThat(letter.headers()).containsKeys("reason", "partition", "offset", "time");
              assertThat(letter.headers()).containsEntry("topic", topics().documents());
            });
  }

  @Test
  @Order(7)
  void aRestartGoesOnFromTheCheckpointAlsoWithAnEmptyStore() throws Exception {
    stack.job().checkpoint();
    long documents = client.documents();
    int letters = deadLetters().size();
    stack.close();
    assertThat(store("verify")).isZero();
    assertThat(store("rebuild")).isZero();
    assertThat(data.resolve("store")).isEmptyDirectory();

    start();

    assertThat(client.documents()).isEqualTo(documents);
    client.put("{\"id\": \"restart\", \"text\": \"Back again after a pause.\"}");
    await().atMost(PATIENCE).until(() -> client.document("restart").isPresent());
    assertThat(client.documents()).isEqualTo(documents + 1);
    assertThat(client.document("gone")).isEmpty();
    assertThat(deadLetters()).hasSize(letters);
  }

  private static int store(String command) {
    return Freshet.commandLine().execute("store", command, "--data-dir", data.toString());
  }

  @Test
  @Order(8)
  void positionsAreCommittedOverBadRecordsToo() throws Exception {
    stack.job().checkpoint();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        Offsets.lag(
                            stack.config().kafka().bootstrapServers(),
                            topics().indexGroup(1),
                            topics().documents()))
                    .isZero());
  }

  private static List<DeadLetters.Letter> deadLetters() {
    return DeadLetters.read(stack.config().kafka().bootstrapServers(), topics().deadLetters());
  }

  private static Topics topics() {
    return new Topics(stack.config().kafka().topicPrefix());
  }
}
