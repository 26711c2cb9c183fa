package dev.freshet.pipeline.conduct;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.freshet.pipeline.event.GenerationRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HttpNodesTest {
  private static final GenerationRecord SECOND =
      GenerationRecord.published(2, "f", "a model", 2, 1, Map.of(), Instant.EPOCH);
  private static final String READY = shard("[0, 1]", 2, null, true);
  private static final String READING = shard("[0, 1]", 2, null, false);
  private static final String UNAWARE =
      """
      {"partitions": [0, 1], "of": 2, "served": 1, "obstacle": null, "generations": [
        {"generation": 1, "state": "SERVED", "vectors": 1, "progress": 1.0, "ready": true}]}
      """;

  /** What a node says that holds partitions, and has read generation 2 or not. */
  private static String shard(
      String partitions, int of, @Nullable String obstacle, boolean isReady) {
    return """
        {"partitions": %s, "of": %d, "served": 1, "obstacle": %s, "generations": [
          {"generation": 2, "state": "COMPLETE", "vectors": 2, "progress": 1.0, "ready": %s},
          {"generation": 1, "state": "SERVED", "vectors": 1, "progress": 1.0, "ready": true}]}
        """
        .formatted(partitions, of, obstacle == null ? "null" : '"' + obstacle + '"', isReady);
  }

  /** Answers one thing, whatever is asked of it at the one path. */
  private static final class Node implements AutoCloseable {
    private final HttpServer server;
    private final @Nullable String key;
    private volatile String answer = READY;

    Node(@Nullable String key) throws IOException {
      this.key = key;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
      server.createContext("/v1/shard", this::handle);
      server.start();
    }

    URI uri() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
      try (exchange) {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        boolean mayPass = key == null || ("Bearer " + key).equals(given);
        byte[] body = (mayPass ? answer : "{\"status\": 401}").getBytes(UTF_8);
        exchange.sendResponseHeaders(mayPass ? 200 : 401, body.length);
        exchange.getResponseBody().write(body);
      }
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private final List<Node> nodes = new ArrayList<>();
  private final ListAppender<ILoggingEvent> told = new ListAppender<>();

  @BeforeEach
  void listen() {
    told.start();
    logger().addAppender(told);
  }

  @AfterEach
  void stop() {
    logger().detachAppender(told);
    nodes.forEach(Node::close);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(HttpNodes.class);
  }

  private Node node(@Nullable String key) throws IOException {
    Node node = new Node(key);
    nodes.add(node);
    return node;
  }

  private HttpNodes all(@Nullable String key) {
    return new HttpNodes(nodes.stream().map(Node::uri).toList(), key);
  }

  private List<String> told() {
    return told.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void notReadyWhileANodeThatIsWellStillReads() throws IOException {
    Node first = node(null);
    Node second = node(null);
    assertThat(all(null).areReady(SECOND)).isTrue();
    for (String notYet : List.of(READING, UNAWARE)) {
      second.answer = notYet;
      assertThat(all(null).areReady(SECOND)).isFalse();
      first.answer = notYet;
      second.answer = READY;
      assertThat(all(null).areReady(SECOND)).isFalse();
      first.answer = READY;
    }
    assertThat(told()).isEmpty();
  }

  @Test
  void withoutNodesThereIsNothingToWaitFor() {
    assertThat(all(null).areReady(SECOND)).isTrue();
  }

  @Test
  void everyPartitionNeedsANode() throws IOException {
    Node left = node(null);
    Node right = node(null);
    left.answer = shard("[0, 1]", 4, null, true);
    for (String other :
        List.of(shard("[0, 1]", 4, null, true), shard("[2]", 4, null, true), "{}")) {
      right.answer = other;
      assertThat(all(null).areReady(SECOND)).as(other).isFalse();
    }
    right.answer = shard("[2, 3]", 4, null, true);
    assertThat(all(null).areReady(SECOND)).isTrue();
  }

  @Test
  void aReplicaThatIsUnwellHoldsNothingUp() throws IOException {
    node(null);
    Node unwell = node(null);
    unwell.answer = shard("[0, 1]", 2, "catching up, 10 % done", false);
    assertThat(all(null).areReady(SECOND)).isTrue();
    unwell.close();
    assertThat(all(null).areReady(SECOND)).isTrue();
    nodes.get(0).answer = shard("[0, 1]", 2, "catching up, 10 % done", false);
    assertThat(all(null).areReady(SECOND)).isFalse();
  }

  @Test
  void aNodeThatDoesNotAnswerIsNotReadyAndToldOnce() throws IOException {
    Node other = node(null);
    other.answer = shard("[1]", 2, null, true);
    Node gone = node(null);
    HttpNodes asked = all(null);
    gone.close();
    for (int i = 0; i < 3; i++) {
      assertThat(asked.areReady(SECOND)).isFalse();
    }
    assertThat(told())
        .singleElement()
        .asString()
        .startsWith(
            "the serve node at "
                + gone.uri()
                + " cannot be asked whether it has read generation 2: ");
  }

  @Test
  void whatIsNoAnswerOfANodeIsToldUntilItIs() throws IOException {
    Node node = node(null);
    HttpNodes asked = all(null);
    for (String wrong : List.of("", "<html>", "{}", "[]")) {
      node.answer = wrong;
      assertThat(asked.areReady(SECOND)).isFalse();
    }
    node.answer = READY;
    assertThat(asked.areReady(SECOND)).isTrue();
    assertThat(told()).singleElement().asString().endsWith("check conduct.nodes");

    node.answer = "";
    assertThat(asked.areReady(SECOND)).isFalse();
    assertThat(told()).as("told anew after it had answered").hasSize(2);
  }

  @Test
  void theKeyIsSent() throws IOException {
    node("s3cret");
    assertThat(all("s3cret").areReady(SECOND)).isTrue();
    assertThat(all(null).areReady(SECOND)).isFalse();
    assertThat(told()).singleElement().asString().endsWith("set serve.apiKey to that of the nodes");
  }
}
