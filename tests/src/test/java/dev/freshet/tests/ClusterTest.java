package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.pipeline.app.EmbeddedStack;
import dev.freshet.pipeline.app.GatewayNode;
import dev.freshet.pipeline.app.Resources;
import dev.freshet.pipeline.app.ServeNode;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.registry.GenerationPublisher;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two shards of two replicas each and a gateway, beside a node that holds everything, on one broker
 * with one conductor: the gateway must answer as that node does.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int DOCUMENTS = 80;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path data;
  private static EmbeddedStack stack;
  private static FreshetClient whole;

  /** By name: a1 and a2 hold partition 0, b1 and b2 partition 1. */
  private static final Map<String, Resources> NODES = new TreeMap<>();

  private static final Map<String, ServeNode> SHARDS = new TreeMap<>();
  private static final Map<String, String> URIS = new TreeMap<>();
  private static final Resources GATEWAY = new Resources();
  private static FreshetClient gateway;

  @BeforeAll
  static void start() throws Exception {
    stack = EmbeddedStack.start(Configs.embedded(data.resolve("whole")));
    whole = new FreshetClient(stack.node().uri());
    StringBuilder documents = new StringBuilder("[");
    for (int i = 0; i < DOCUMENTS; i++) {
      documents
          .append(i == 0 ? "" : ",")
          .append(
              "{\"id\": \"d%d\", \"text\": \"%s number %d of the archive\", \"attributes\": {\"even\": %s}}"
                  .formatted(
                      i, i % 3 == 0 ? "a note on tides" : "a letter on bread", i, i % 2 == 0));
    }
    whole.put(documents.append("]").toString());
    for (String name : List.of("a1", "a2", "b1", "b2")) {
      startShard(name);
    }
    for (ServeNode node : SHARDS.values()) {
      node.awaitReady();
    }
    SHARDS.forEach((name, node) -> URIS.put(name, node.uri().toString()));
    FreshetConfig config =
        config(
            "gateway",
            Map.of("gateway.nodes", String.join(",", URIS.values()), "gateway.interval", "100ms"));
    GatewayNode node = GatewayNode.start(config, GATEWAY);
    node.awaitWhole();
    gateway = new FreshetClient(node.uri());
    await().atMost(PATIENCE).until(() -> found(whole) == DOCUMENTS);
    for (String replica : List.of("1", "2")) {
      await()
          .atMost(PATIENCE)
          .until(() -> found(shard("a" + replica)) + found(shard("b" + replica)) == DOCUMENTS);
    }
    assertThat(gateway.documents()).isEqualTo(DOCUMENTS);
  }

  private static FreshetClient shard(String name) {
    return new FreshetClient(URI.create(URIS.get(name)));
  }

  private static int found(FreshetClient client) {
    return client.answer(dense("archive", DOCUMENTS, "")).required("hits").size();
  }

  private static void startShard(String name) {
    Resources resources = new Resources();
    NODES.put(name, resources);
    String partition = name.startsWith("a") ? "0" : "1";
    FreshetConfig config = config(name, Map.of("serve.partitions", partition));
    SHARDS.put(name, ServeNode.start(config, data.resolve(name), resources));
  }

  private static FreshetConfig config(String name, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("dataDir", data.resolve(name).toString());
    settings.put("serve.port", "0");
    settings.put("kafka.bootstrapServers", stack.config().kafka().bootstrapServers());
    settings.put("registry.location", stack.config().registryUri());
    return ConfigLoader.load(null, Map.of(), settings);
  }

  @AfterAll
  static void stop() {
    GATEWAY.close();
    NODES.values().forEach(Resources::close);
    stack.close();
  }

  private static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  private static String dense(String query, int k, String more) {
    return "{\"query\": \"%s\", \"k\": %d, \"mode\": \"dense\", \"explore\": false%s}"
        .formatted(query, k, more);
  }

  private static void assertAsOneNode() {
    for (String query : List.of("tides", "letter number 7", "bread of the archive")) {
      for (String more : List.of("", ", \"filter\": {\"even\": true}", ", \"recall\": 1")) {
        for (int k : new int[] {1, 10, DOCUMENTS}) {
          JsonNode answer = gateway.answer(dense(query, k, more));
          assertThat(answer.required("partial").asBoolean()).isFalse();
          Page.of(answer).assertLike(Page.of(whole.answer(dense(query, k, more))));
        }
      }
    }
  }

  @Test
  @Order(1)
  void denseAnswersAreThoseOfOneNode() {
    assertAsOneNode();
  }

  @Test
  @Order(1)
  void wordsAndBothFindTheSameDocuments() {
    for (String mode : List.of("lexical", "hybrid")) {
      String request =
          "{\"query\": \"tides\", \"k\": %d, \"mode\": \"%s\", \"explore\": false}"
              .formatted(DOCUMENTS, mode);
      Page page = Page.of(gateway.answer(request));
      Page expected = Page.of(whole.answer(request));
      assertThat(page.ids()).as(mode).containsExactlyInAnyOrderElementsOf(expected.ids());
      assertThat(gateway.answer(request).required("hits").get(0).required("snippet").asText())
          .contains("tides");
    }
  }

  @Test
  @Order(1)
  void everyDocumentIsThereAndAShardKnowsThatItHoldsSome() {
    FreshetClient shard = shard("a1");
    int elsewhere = 0;
    for (int i = 0; i < DOCUMENTS; i++) {
      String id = "d" + i;
      assertThat(gateway.document(id)).isEqualTo(whole.document(id)).isPresent();
      boolean isHere = PlainProducer.partitionOf(id, 2) == 0;
      HttpResponse<String> answer = shard.get("/v1/documents/" + id);
      assertThat(answer.statusCode()).isEqualTo(isHere ? 200 : 421);
      elsewhere += isHere ? 0 : 1;
    }
    assertThat(elsewhere).isBetween(1, DOCUMENTS - 1);
    assertThat(shard.documents()).isEqualTo(DOCUMENTS - elsewhere);
    assertThat(gateway.document("none")).isEmpty();
    JsonNode lone = shard.answer(dense("tides", 5, ""));
    assertThat(lone.required("missing").get(0).required("partitions")).hasToString("[1]");
    assertThat(json(gateway.get("/v1/nodes")).required("nodes"))
        .extracting(node -> node.required("partitions").asText())
        .containsExactly("0", "0", "1", "1");
  }

  @Test
  @Order(1)
  void anAnswerIsWrittenDownOnce() {
    String queryId = gateway.answer("{\"query\": \"written once\"}").required("queryId").asText();
    await()
        .atMost(PATIENCE)
        .until(() -> Impressions.queryIds(stack.config(), "written once").contains(queryId));
    assertThat(Impressions.queryIds(stack.config(), "written once"))
        .as("a shard that wrote its own would have another number")
        .containsExactly(queryId);
  }

  @Test
  @Order(2)
  void aDocumentThatStandsInTwoPartitionsIsShownInItsNewestVersion() throws Exception {
    String id = "stray";
    int home = PlainProducer.partitionOf(id, 2);
    try (PlainProducer producer = new PlainProducer(stack.config().kafka().bootstrapServers())) {
      producer.send("freshet.documents", 1 - home, id, "{\"text\": \"zebra in its old place\"}");
    }
    await().atMost(PATIENCE).until(() -> gateway.withWords("zebra").contains(id));
    gateway.put("{\"id\": \"stray\", \"text\": \"a quiet meadow\"}");
    await().atMost(PATIENCE).until(() -> gateway.withWords("meadow").contains(id));
    assertThat(gateway.withWords("zebra")).isEmpty();
    assertThat(gateway.document(id).orElseThrow().required("text").asText())
        .isEqualTo("a quiet meadow");
    gateway.delete(id);
    await().atMost(PATIENCE).until(() -> gateway.document(id).isEmpty());
    assertThat(gateway.withWords("zebra meadow")).isEmpty();
    // The old version is still on its shard, and only there.
    FreshetClient old = shard(home == 0 ? "b1" : "a1");
    assertThat(old.withWords("zebra")).containsExactly(id);
  }

  @Test
  @Order(3)
  void aGenerationRollsThroughUnderSearchesAndNoAnswerMixesTwo() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    List<Page> pages = Collections.synchronizedList(new ArrayList<>());
    String request = dense("tides", 20, "");
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Thread reader =
          new Thread(
              () -> {
                while (!over.get()) {
                  HttpResponse<String> answer = gateway.trySearch(request);
                  if (answer.statusCode() != 200 || json(answer).path("partial").asBoolean()) {
                    wrong.add(answer.body());
                  } else {
                    pages.add(Page.of(json(answer)));
                  }
                  answered.incrementAndGet();
                }
              });
      reader.setUncaughtExceptionHandler((thread, e) -> wrong.add(e.toString()));
      reader.start();
      readers.add(reader);
    }
    new GenerationPublisher(stack.config(), Clock.systemUTC())
        .publish(Checkpoints.write(data, 1, ModuleSides.SHARED));
    await().atMost(PATIENCE).until(() -> gateway.served() == 2);
    gateway.serve(1);
    assertThat(gateway.served()).isEqualTo(1);
    gateway.serve(2);
    int before = answered.get();
    await().atMost(PATIENCE).until(() -> answered.get() > before + 10);
    over.set(true);
    for (Thread reader : readers) {
      reader.join();
    }

    assertThat(wrong).isEmpty();
    Map<Integer, Page> reference = new HashMap<>();
    for (int generation : new int[] {1, 2}) {
      reference.put(
          generation, Page.of(whole.answer(dense("tides", 20, ", \"generation\": " + generation))));
    }
    assertThat(reference.get(1).scores()).isNotEqualTo(reference.get(2).scores());
    assertThat(pages).extracting(Page::generation).contains(1, 2);
    pages.forEach(page -> page.assertLike(reference.get(page.generation())));
  }

  @Test
  @Order(4)
  void withoutOneReplicaTheAnswerIsTheSame() {
    NODES.get("a1").close();
    assertAsOneNode();
    // The old version of the stray counts where it lies.
    assertThat(gateway.documents()).isEqualTo(DOCUMENTS + 1);
  }

  @Test
  @Order(5)
  void withoutAShardTheAnswerSaysWhatIsMissing() {
    NODES.get("b1").close();
    NODES.get("b2").close();
    JsonNode answer = gateway.answer(dense("tides", DOCUMENTS, ""));
    assertThat(answer.required("partial").asBoolean()).isTrue();
    JsonNode missing = answer.required("missing");
    assertThat(missing).hasSize(1);
    assertThat(missing.get(0).required("partitions")).hasToString("[1]");
    assertThat(missing.get(0).required("reason").asText())
        .contains(URIS.get("b1") + ": ", URIS.get("b2") + ": ");
    assertThat(Page.of(answer).ids())
        .isNotEmpty()
        .allMatch(id -> PlainProducer.partitionOf(id, 2) == 0);
    for (int i = 0; i < 4; i++) {
      String id = "d" + i;
      assertThat(gateway.get("/v1/documents/" + id).statusCode())
          .isEqualTo(PlainProducer.partitionOf(id, 2) == 0 ? 200 : 503);
    }
    assertThat(gateway.progress(2)).isZero();
  }

  @Test
  @Order(6)
  void whatCannotBeHeldIsRefused() {
    try (Resources resources = new Resources()) {
      assertThatThrownBy(
              () ->
                  ServeNode.start(
                      config("c", Map.of("serve.partitions", "1-2")), data.resolve("c"), resources))
          .isInstanceOf(InvalidConfigException.class)
          .hasMessageContaining("freshet.documents has the partitions 0-1: 2 cannot be held");
      assertThatThrownBy(
              () ->
                  ServeNode.start(
                      config("b1", Map.of("serve.partitions", "0")), data.resolve("b1"), resources))
          .isInstanceOf(InvalidConfigException.class)
          .hasMessageContaining("was filled from the partitions 1 of documents");
    }
  }
}
