package dev.freshet.pipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.freshet.pipeline.app.CommandException;
import dev.freshet.pipeline.app.FreshetClient;
import dev.freshet.pipeline.search.Searcher;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DocumentStreamTest {
  private static final Qrels TRUTH = new Qrels(List.of(new Judgement("q", "d", 1)));

  private static final DemoCollection COLLECTION =
      new DemoCollection(
          List.of(new CorpusDocument("d", "", "text", Map.of())),
          List.of(),
          List.of(new CorpusQuery("q", "text", null)),
          List.of(),
          TRUTH,
          TRUTH);

  /** Nobody asks it: the stream ends before. */
  private static Searcher nobody() {
    return (Searcher)
        Proxy.newProxyInstance(
            Searcher.class.getClassLoader(),
            new Class<?>[] {Searcher.class},
            (proxy, method, arguments) -> {
              throw new AssertionError(method);
            });
  }

  @Test
  void aRefusedDocumentIsToldToWhoWaits() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              "{\"accepted\": 0, \"rejected\": 1, \"errors\": [\"too long\"]}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(202, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    DemoClient client = new DemoClient(new FreshetClient(uri, null));
    try (DocumentStream stream = new DocumentStream(client, nobody(), COLLECTION)) {
      stream.requireUnbroken();
      stream.start();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThatThrownBy(stream::requireUnbroken)
                      .isInstanceOf(CommandException.class)
                      .hasMessageContaining("after 0 of 1", "documents were refused")
                      .hasMessageContaining("too long"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aRoundOfManySearchesMayTakeLonger() {
    assertThat(new Demo.Plan(1, 100, Behaviour.PEOPLE, 1).mostOfARound())
        .isEqualTo(Duration.ofMinutes(30));
    assertThat(new Demo.Plan(1, 100_000, Behaviour.PEOPLE, 1).mostOfARound())
        .isEqualTo(Duration.ofMinutes(300));
  }
}
