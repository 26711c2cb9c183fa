package dev.freshet.tests;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.pipeline.app.EmbeddedStack;
import dev.freshet.pipeline.app.Resources;
import dev.freshet.pipeline.app.ServeNode;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.TopicAdmin;
import dev.freshet.pipeline.replica.ReplicaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shard that is filled from another one. The records that the source was filled from are gone
 * from Kafka: who has these documents has them from the source.
 */
class ReplicaTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int DOCUMENTS = 60;
  private static final int PARTITION = 0;

  @TempDir static Path data;
  private static EmbeddedStack stack;
  private static FreshetClient whole;
  private static final Resources SOURCE = new Resources();
  private static ServeNode source;
  private static FreshetClient sourceClient;

  @BeforeAll
  static void start() throws Exception {
    stack = EmbeddedStack.start(Configs.embedded(data.resolve("whole")));
    whole = new FreshetClient(stack.node().uri());
    StringBuilder documents = new StringBuilder("[");
    for (int i = 0; i < DOCUMENTS; i++) {
      documents
          .append(i == 0 ? "" : ",")
          .append(
              "{\"id\": \"d%d\", \"text\": \"%s number %d\", \"attributes\": {\"even\": %s}}"
                  .formatted(
                      i, i % 3 == 0 ? "a note on tides" : "a letter on bread", i, i % 2 == 0));
    }
    whole.put(documents.append("]").toString());
    whole.delete(here(1));
    source =
        ServeNode.start(config("source", Map.of("serve.partitions", "0")), store("source"), SOURCE);
    source.awaitReady();
    sourceClient = new FreshetClient(source.uri());
    await().atMost(PATIENCE).until(() -> whole.documents() == DOCUMENTS - 1);
    await().atMost(PATIENCE).until(() -> sourceClient.documents() == expectedHere());
    truncateVectors();
  }

  @AfterAll
  static void stop() {
    SOURCE.close();
    stack.close();
  }

  /** Of the documents that the source holds, one. */
  private static String here(int number) {
    int seen = 0;
    for (int i = 0; ; i++) {
      if (PlainProducer.partitionOf("d" + i, 2) == PARTITION && seen++ == number) {
        return "d" + i;
      }
    }
  }

  private static long expectedHere() {
    long count = 0;
    for (int i = 0; i < DOCUMENTS; i++) {
      count += PlainProducer.partitionOf("d" + i, 2) == PARTITION ? 1 : 0;
    }
    return count - 1;
  }

  private static Path store(String name) {
    return data.resolve(name).resolve("store");
  }

  private static FreshetConfig config(String name, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("dataDir", data.resolve(name).toString());
    settings.put("serve.port", "0");
    settings.put("kafka.bootstrapServers", bootstrapServers());
    settings.put("registry.location", stack.config().registryUri());
    settings.putAll(more);
    return ConfigLoader.load(null, Map.of(), settings);
  }

  private static String bootstrapServers() {
    return stack.config().kafka().bootstrapServers();
  }

  /** A topic that is compacted alone forgets no record by request. */
  private static void truncateVectors() throws Exception {
    String topic = new Topics(stack.config().kafka().topicPrefix()).vectors(1);
    try (Admin admin = Admin.create(KafkaClients.properties(stack.config().kafka()));
        TopicAdmin ends = new TopicAdmin(stack.config().kafka())) {
      var policy = new ConfigEntry("cleanup.policy", "compact,delete");
      // By age alone nothing must go, or nodes would refuse the topic.
      var retention = new ConfigEntry("retention.ms", "-1");
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      new AlterConfigOp(policy, AlterConfigOp.OpType.SET),
                      new AlterConfigOp(retention, AlterConfigOp.OpType.SET))))
          .all()
          .get();
      Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
      ends.ends(topic)
          .forEach(
              (partition, end) ->
                  all.put(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(end)));
      await()
          .atMost(PATIENCE)
          .ignoreExceptions() // the broker learns of the new policy a moment later
          .untilAsserted(() -> admin.deleteRecords(all).all().get());
    }
  }

  private static ServeNode replica(String name, Resources resources, Map<String, String> more) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of("serve.partitions", "0", "serve.replicaOf", source.uri().toString() + "/"));
    settings.putAll(more);
    return ServeNode.start(config(name, settings), store(name), resources);
  }

  private static void assertAnswersAsTheSource(FreshetClient replica) {
    for (String mode : List.of("dense", "lexical", "hybrid")) {
      String request =
          "{\"query\": \"tides\", \"k\": 30, \"mode\": \"%s\", \"explore\": false, \"filter\": {\"even\": true}}"
              .formatted(mode);
      Map<String, Double> scores = scores(replica, request);
      Map<String, Double> expected = scores(sourceClient, request);
      assertThat(scores).as(mode).isNotEmpty().containsOnlyKeys(expected.keySet());
      if (mode.equals("dense")) { // how rare a word is also depends on deletes that are not merged
        assertThat(scores.keySet()).containsExactlyElementsOf(expected.keySet());
        scores.forEach((id, score) -> assertThat(score).isCloseTo(expected.get(id), within(1e-5)));
      }
    }
    assertThat(replica.get("/v1/documents/" + here(1)).statusCode()).as("deleted").isEqualTo(421);
    assertThat(replica.document(here(2))).isEqualTo(sourceClient.document(here(2))).isPresent();
  }

  /** By id, in the order of the answer. */
  private static Map<String, Double> scores(FreshetClient client, String request) {
    Map<String, Double> scores = new LinkedHashMap<>();
    for (JsonNode hit : client.answer(request).required("hits")) {
      scores.put(hit.required("id").asText(), hit.required("score").asDouble());
    }
    return scores;
  }

  @Test
  void answersAsItsSourceGoesOnFollowingAndStartsAgainByItself() throws Exception {
    try (Resources resources = new Resources()) {
      ServeNode node = replica("a", resources, Map.of());
      node.awaitReady();
      FreshetClient replica = new FreshetClient(node.uri());
      assertAnswersAsTheSource(replica);

      whole.put(
          "{\"id\": \"%s\", \"text\": \"a zebra, after the copy\", \"attributes\": {\"even\": true}}"
              .formatted(here(3)));
      whole.delete(here(4));
      for (FreshetClient each : List.of(replica, sourceClient)) {
        await().atMost(PATIENCE).until(() -> each.withWords("zebra").contains(here(3)));
        await()
            .atMost(PATIENCE)
            .until(() -> each.get("/v1/documents/" + here(4)).statusCode() == 421);
      }
      assertAnswersAsTheSource(replica);
    }
    // Nobody answers there any more, and nobody is asked.
    try (Resources resources = new Resources()) {
      ServeNode node =
          replica("a", resources, Map.of("serve.replicaOf", "http://127.0.0.1:" + closedPort()));
      node.awaitReady();
      assertAnswersAsTheSource(new FreshetClient(node.uri()));
    }
  }

  /** What the other tests prove rests on this. */
  @Test
  void aNodeThatReadsTheTopicFindsNoneOfTheDocuments() throws Exception {
    try (Resources resources = new Resources()) {
      ServeNode node =
          ServeNode.start(
              config("topic", Map.of("serve.partitions", "0")), store("topic"), resources);
      node.awaitReady();
      FreshetClient reader = new FreshetClient(node.uri());
      assertThat(reader.get("/v1/documents/" + here(2)).statusCode()).isEqualTo(421);
      assertThat(sourceClient.document(here(2))).isPresent();
    }
  }

  @Test
  void whatIsOfOtherPartitionsAnotherModelOrOtherTopicsIsRefused() {
    Map<Map<String, String>, String> refused =
        Map.of(
            Map.of("serve.partitions", "1"),
            "it holds the partitions 0 of documents, and serve.partitions is 1 here",
            Map.of("kafka.topicPrefix", "other.", "kafka.partitions", "2"),
            "it reads generation 1 from the topic freshet.vectors.1 with the id ",
            Map.of(
                "kafka.topicPrefix", "third.", "kafka.partitions", "2", "encoder.maxLength", "64"),
            "its generation 1 was made with another model: ");
    refused.forEach(
        (settings, message) -> {
          try (Resources resources = new Resources()) {
            assertThatThrownBy(() -> replica("refused", resources, settings))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining(message);
          }
          assertThat(data.resolve("refused")).isEmptyDirectory();
        });
  }

  @Test
  void withoutItsSourceItDoesNotStart() throws Exception {
    URI nobody = URI.create("http://127.0.0.1:" + closedPort());
    try (Resources resources = new Resources()) {
      assertThatThrownBy(
              () -> replica("lost", resources, Map.of("serve.replicaOf", nobody.toString())))
          .isInstanceOf(ReplicaException.class)
          .hasMessageContaining("nobody answers there");
    }
    assertThat(data.resolve("lost")).isEmptyDirectory();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  @Test
  void aReplicaThatIsKilledWhileItFetchesBeginsAgain() throws Exception {
    byte[] snapshot = snapshot();
    for (int sent : new int[] {snapshot.length / 2, snapshot.length}) {
      // All but the last byte of the answer: everything is there but the end.
      try (HangingNode hanging = new HangingNode(snapshot, Math.min(sent, snapshot.length - 1));
          FreshetProcess process = serve("killed", hanging.uri())) {
        hanging.awaitSent();
        await().atMost(PATIENCE).until(() -> Files.exists(data.resolve("killed/store.incoming")));
        process.kill();
      }
      assertThat(data.resolve("killed/store/CURRENT")).as("part of a store").doesNotExist();
    }
    try (FreshetProcess process = serve("killed", source.uri())) {
      assertAnswersAsTheSource(new FreshetClient(process.awaitReady()));
      assertThat(process.output()).contains("store  comes from " + source.uri());
      assertThat(data.resolve("killed/store.incoming")).doesNotExist();
      process.kill();
    }
    try (FreshetProcess process = serve("killed", source.uri())) {
      assertAnswersAsTheSource(new FreshetClient(process.awaitReady()));
      assertThat(process.output()).contains("is there already: serve.replicaOf is without effect");
    }
  }

  private static FreshetProcess serve(String name, URI from) throws IOException {
    return FreshetProcess.start(
        data,
        "serve",
        "--data-dir",
        data.resolve(name).toString(),
        "--port",
        "0",
        "--replica-of",
        from.toString(),
        "--set",
        "serve.partitions=0",
        "--set",
        "kafka.bootstrapServers=" + bootstrapServers(),
        "--set",
        "registry.location=" + stack.config().registryUri());
  }

  private static byte[] snapshot() throws Exception {
    HttpResponse<byte[]> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(source.uri().resolve("/v1/shard/snapshot")).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  /** Sends the first bytes of a snapshot, and no more. */
  private static final class HangingNode implements AutoCloseable {
    private final ServerSocket listening =
        new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    private final CountDownLatch sent = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    HangingNode(byte[] snapshot, int bytes) throws IOException {
      Thread thread =
          new Thread(
              () -> {
                try (Socket socket = listening.accept()) {
                  String head =
                      "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(snapshot.length);
                  socket.getOutputStream().write(head.getBytes(US_ASCII));
                  socket.getOutputStream().write(snapshot, 0, bytes);
                  sent.countDown();
                  over.await();
                } catch (IOException | InterruptedException e) {
                  // The test is over.
                }
              },
              "hanging-node");
      thread.setDaemon(true);
      thread.start();
    }

    void awaitSent() throws InterruptedException {
      assertThat(sent.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    URI uri() {
      return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      over.countDown();
      listening.close();
    }
  }
}
