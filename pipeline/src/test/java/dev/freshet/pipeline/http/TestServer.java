package dev.freshet.pipeline.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.pipeline.FakeEncoder;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.ServeConfig;
import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.search.Explorer;
import dev.freshet.pipeline.search.RefreshPlan;
import dev.freshet.pipeline.search.UnknownGenerationException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The real server on a real port, over fakes. */
public final class TestServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** When everything arrives here. */
  public static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  /** An answer with its body as JSON. */
  public record Answer(HttpResponse<String> response) {
    public int status() {
      return response.statusCode();
    }

    public JsonNode json() {
      try {
        return JSON.readTree(response.body());
      } catch (IOException e) {
        throw new IllegalStateException("not JSON: " + response.body(), e);
      }
    }

    public String type() {
      return response.headers().firstValue("Content-Type").orElse("");
    }
  }

  public final FakeSearcher searcher = new FakeSearcher();
  public final FakeWriter writer = new FakeWriter();
  public final FakeClickWriter clicks = new FakeClickWriter();
  public final List<Impression> impressions = Collections.synchronizedList(new ArrayList<>());
  public final FakeEncoder queries = new FakeEncoder();
  public final FakeEncoder documents = new FakeEncoder();

  /** Of the generation that is served. */
  public volatile ServedEncoders encoders = new ServedEncoders(1, queries, documents);

  public volatile Optional<String> obstacle = Optional.empty();
  volatile Optional<String> stall = Optional.empty();
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ServeConfig config;
  private final SearchThreads threads;

  private TestServer(ServeConfig config) {
    this.config = config;
    this.threads = new SearchThreads(config);
    Explorer explorer = new Explorer(searcher, 0, 0, new Random(1), CLOCK);
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    this.server =
        HttpServer.start(
            config,
            metrics,
            List.of(
                new DocumentResource(searcher, writer, config, threads, metrics),
                new SearchResource(explorer, impressions::add, config, threads, metrics),
                new ClickResource(clicks, CLOCK, config, metrics),
                new GenerationResource(searcher, TestServer::serve, () -> PLAN),
                new RefreshResource(config),
                new EmbeddingResource(() -> encoders, config),
                new HealthResource(() -> stall, () -> obstacle),
                new MetricsResource(metrics, () -> {})));
  }

  /** Of the served generation; the figures are made up. */
  static final RefreshPlan PLAN =
      new RefreshPlan(1, 1_000, 1_500, 1_200, 90_000, 12.5, 256, 7_200, 3 << 20, 4 << 20);

  /** Generation 1 is served, 2 is being built, and there are no others. */
  private static void serve(int generation) {
    if (generation > 2) {
      throw new UnknownGenerationException("there is no generation " + generation);
    }
    if (generation == 2) {
      throw new GenerationConflictException("generation 2 is BUILDING");
    }
  }

  /** A server with these settings of {@code serve}, in pairs of name and value. */
  public static TestServer start(String... settings) {
    Map<String, String> overrides = new HashMap<>(Map.of("serve.port", "0"));
    for (int i = 0; i < settings.length; i += 2) {
      overrides.put("serve." + settings[i], settings[i + 1]);
    }
    return new TestServer(ConfigLoader.load(null, Map.of(), overrides).serve());
  }

  /** Searches that have ended, in time or not. */
  long searchesEnded() {
    return threads.ended();
  }

  public URI uri() {
    return server.uri();
  }

  public int port() {
    return server.port();
  }

  public ServeConfig config() {
    return config;
  }

  public Answer get(String path, String... headers) {
    return send("GET", path, null, headers);
  }

  public Answer postJson(String path, String body) {
    return send("POST", path, bytes(body), "Content-Type", "application/json");
  }

  public Answer putJson(String body) {
    return send("PUT", "/v1/documents", bytes(body), "Content-Type", "application/json");
  }

  public Answer putLines(byte[] body) {
    return send("PUT", "/v1/documents", body, "Content-Type", "application/x-ndjson");
  }

  public Answer putLines(String body) {
    return putLines(bytes(body));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public Answer send(String method, String path, byte @Nullable [] body, String... headers) {
    List<String> sent = new ArrayList<>(List.of(headers));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri() + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    if (!sent.isEmpty()) {
      request.headers(sent.toArray(String[]::new));
    }
    try {
      return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.close();
    threads.close();
  }
}
