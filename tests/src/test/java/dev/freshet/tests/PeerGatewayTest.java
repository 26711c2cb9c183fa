package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.pipeline.app.EmbeddedStack;
import dev.freshet.pipeline.app.Resources;
import dev.freshet.pipeline.app.ServeNode;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.registry.GenerationPublisher;
import dev.freshet.pipeline.search.SearchRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes, each of which is a shard of one partition and a gateway to both: either must answer as
 * a node that holds everything does.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PeerGatewayTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int DOCUMENTS = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path data;
  private static EmbeddedStack stack;
  private static FreshetClient whole;
  private static final Resources LEFT = new Resources();
  private static final Resources RIGHT = new Resources();
  private static FreshetClient left;
  private static FreshetClient right;
  private static String rightUri;

  @BeforeAll
  static void start() throws Exception {
    stack = EmbeddedStack.start(Configs.embedded(data.resolve("whole")));
    whole = new FreshetClient(stack.node().uri());
    StringBuilder documents = new StringBuilder("[");
    for (int i = 0; i < DOCUMENTS; i++) {
      documents
          .append(i == 0 ? "" : ",")
          .append("{\"id\": \"d%d\", \"text\": \"note %d on the tides\"}".formatted(i, i));
    }
    whole.put(documents.append("]").toString());
    int[] ports = freePorts();
    String nodes = "http://127.0.0.1:%d,http://127.0.0.1:%d".formatted(ports[0], ports[1]);
    ServeNode leftNode = node("0", ports[0], nodes, LEFT);
    // Of the other one nobody has heard yet: what it holds is missing, and answers say so.
    assertThat(leftNode.searcher().search(request()).missing())
        .singleElement()
        .satisfies(missing -> assertThat(missing.partitions()).containsExactly(1));
    ServeNode rightNode = node("1", ports[1], nodes, RIGHT);
    left = new FreshetClient(leftNode.uri());
    right = new FreshetClient(rightNode.uri());
    rightUri = rightNode.uri().toString();
    for (FreshetClient each : List.of(whole, left, right)) {
      await().atMost(PATIENCE).until(() -> isWhole(each));
    }
  }

  private static SearchRequest request() {
    return new SearchRequest("tides", 10, SearchMode.DENSE, null, null);
  }

  /** Open at once, so that they are two. */
  private static int[] freePorts() throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    try (var one = new ServerSocket(0, 1, loopback);
        var other = new ServerSocket(0, 1, loopback)) {
      return new int[] {one.getLocalPort(), other.getLocalPort()};
    }
  }

  private static ServeNode node(String partition, int port, String nodes, Resources resources)
      throws Exception {
    Path own = data.resolve("node-" + partition);
    Map<String, String> settings = new HashMap<>();
    settings.put("dataDir", own.toString());
    settings.put("serve.port", Integer.toString(port));
    settings.put("serve.partitions", partition);
    settings.put("gateway.nodes", nodes);
    settings.put("gateway.interval", "100ms");
    // A machine that is busy elsewhere must not look like nodes that wait for each other.
    settings.put("gateway.shardTimeout", "30s");
    settings.put("serve.searchTimeout", "30s");
    settings.put("kafka.bootstrapServers", stack.config().kafka().bootstrapServers());
    settings.put("registry.location", stack.config().registryUri());
    ServeNode node = ServeNode.start(ConfigLoader.load(null, Map.of(), settings), own, resources);
    node.awaitReady();
    return node;
  }

  private static boolean isWhole(FreshetClient client) {
    JsonNode answer = client.answer(dense("tides", DOCUMENTS));
    return answer.required("hits").size() == DOCUMENTS && !answer.path("partial").asBoolean();
  }

  @AfterAll
  static void stop() {
    LEFT.close();
    RIGHT.close();
    stack.close();
  }

  private static String dense(String query, int k) {
    return "{\"query\": \"%s\", \"k\": %d, \"mode\": \"dense\", \"explore\": false}"
        .formatted(query, k);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  private static void assertAsOneNode(FreshetClient peer) {
    for (String query : List.of("tides", "note 7", "the sea")) {
      for (int k : new int[] {1, 10, DOCUMENTS}) {
        JsonNode answer = peer.answer(dense(query, k));
        assertThat(answer.required("partial").asBoolean()).isFalse();
        Page.of(answer).assertLike(Page.of(whole.answer(dense(query, k))));
      }
    }
  }

  @Test
  @Order(1)
  void eitherAnswersForBoth() {
    for (FreshetClient peer : List.of(left, right)) {
      assertAsOneNode(peer);
      assertThat(peer.withWords("tides")).hasSize(DOCUMENTS);
      assertThat(peer.documents()).isEqualTo(DOCUMENTS);
      for (int i = 0; i < DOCUMENTS; i++) {
        assertThat(peer.document("d" + i)).isEqualTo(whole.document("d" + i)).isPresent();
      }
      assertThat(peer.document("none")).isEmpty();
      assertThat(json(peer.get("/v1/nodes")).required("nodes"))
          .extracting(node -> node.required("partitions").asText())
          .containsExactly("0", "1");
      assertThat(peer.get("/health/ready").statusCode()).isEqualTo(200);
      assertThat(peer.plan().required("documents").asLong()).isEqualTo(DOCUMENTS);
    }
  }

  @Test
  @Order(1)
  void whatGatewaysAskIsAnsweredOfItsOwnPartition() {
    long sum = 0;
    for (FreshetClient peer : List.of(left, right)) {
      JsonNode status = json(peer.get("/v1/shard"));
      assertThat(status.required("partitions")).hasSize(1);
      long own = status.required("generations").get(0).required("documents").asLong();
      assertThat(own).isBetween(1L, DOCUMENTS - 1L);
      assertThat(json(peer.get("/v1/shard/plan")).required("documents").asLong()).isEqualTo(own);
      sum += own;
    }
    assertThat(sum).isEqualTo(DOCUMENTS);
  }

  @Test
  @Order(1)
  void anAnswerIsWrittenDownOnce() {
    String queryId = left.answer("{\"query\": \"by a peer\"}").required("queryId").asText();
    await()
        .atMost(PATIENCE)
        .until(() -> Impressions.queryIds(stack.config(), "by a peer").contains(queryId));
    assertThat(Impressions.queryIds(stack.config(), "by a peer")).containsExactly(queryId);
  }

  /**
   * More questions at once than a node has threads, to both: every one waits for both nodes, and
   * would wait for ever if what it waits for needed a thread that waits.
   */
  @Test
  @Order(2)
  void nodesThatAskEachOtherDoNotWaitForEver() throws Exception {
    int askers = 100; // of each kind, of each node
    CountDownLatch begin = new CountDownLatch(1);
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4 * askers; i++) {
      FreshetClient peer = i % 2 == 0 ? left : right;
      String id = "d" + i % DOCUMENTS;
      boolean isSearch = i < 2 * askers;
      Thread thread =
          new Thread(
              () -> {
                awaitUninterruptibly(begin);
                for (int round = 0; round < 3; round++) {
                  HttpResponse<String> answer =
                      isSearch
                          ? peer.trySearch(dense("tides", 5))
                          : peer.get("/v1/documents/" + id);
                  if (answer.statusCode() != 200 || json(answer).path("partial").asBoolean()) {
                    wrong.add(answer.statusCode() + " " + answer.body());
                  }
                }
              });
      thread.setUncaughtExceptionHandler((dead, e) -> wrong.add(e.toString()));
      thread.start();
      threads.add(thread);
    }
    begin.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wrong).isEmpty();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Order(3)
  void aGenerationIsServedByBothAndRolledBackThroughEither() throws Exception {
    new GenerationPublisher(stack.config(), Clock.systemUTC())
        .publish(Checkpoints.write(data, 1, ModuleSides.SHARED));
    for (FreshetClient each : List.of(whole, left, right)) {
      await().atMost(PATIENCE).until(() -> each.served() == 2);
    }
    assertAsOneNode(left);
    right.serve(1);
    assertThat(right.served()).isEqualTo(1);
    for (FreshetClient each : List.of(whole, left)) {
      await().atMost(PATIENCE).until(() -> each.served() == 1);
    }
    assertAsOneNode(left);
  }

  @Test
  @Order(4)
  void withoutTheOtherOneTheAnswerSaysWhatIsMissing() {
    RIGHT.close();
    JsonNode answer = left.answer(dense("tides", DOCUMENTS));
    assertThat(answer.required("partial").asBoolean()).isTrue();
    JsonNode missing = answer.required("missing");
    assertThat(missing).hasSize(1);
    assertThat(missing.get(0).required("partitions")).hasToString("[1]");
    assertThat(missing.get(0).required("reason").asText()).contains(rightUri + ": ");
    assertThat(Page.of(answer).ids())
        .isNotEmpty()
        .allMatch(id -> PlainProducer.partitionOf(id, 2) == 0);
    assertThat(left.get("/health/ready").statusCode()).isEqualTo(200);
  }
}
