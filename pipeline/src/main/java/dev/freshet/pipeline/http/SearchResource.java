package dev.freshet.pipeline.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.pipeline.config.ServeConfig;
import dev.freshet.pipeline.event.ClickCodec;
import dev.freshet.pipeline.event.ImpressionCodec;
import dev.freshet.pipeline.event.ImpressionWriter;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.event.StrictJson;
import dev.freshet.pipeline.search.Explorer;
import dev.freshet.pipeline.search.Filter;
import dev.freshet.pipeline.search.FilterParser;
import dev.freshet.pipeline.search.InvalidFilterException;
import dev.freshet.pipeline.search.SearchAnswer;
import dev.freshet.pipeline.search.SearchRequest;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/search}. */
public final class SearchResource implements Resource {
  private static final List<String> FIELDS =
      List.of("query", "k", "mode", "filter", "generation", "clientId", "explore", "recall");
  private static final int DEFAULT_K = 10;

  private final Explorer explorer;
  private final ImpressionWriter impressions;
  private final ServeConfig config;
  private final Bodies bodies;
  private final Timer latency;
  private final SearchThreads threads;

  /**
   * Search.
   *
   * @param explorer answers
   * @param impressions takes what was answered in time
   * @param config limits
   * @param threads run the searches
   * @param metrics receives the latency
   */
  public SearchResource(
      Explorer explorer,
      ImpressionWriter impressions,
      ServeConfig config,
      SearchThreads threads,
      MeterRegistry metrics) {
    this.explorer = explorer;
    this.impressions = impressions;
    this.config = config;
    this.bodies = new Bodies(config.maxRequestBytes());
    this.latency =
        Timer.builder("freshet.search.latency")
            .description("Time from a valid request to its answer")
            .publishPercentileHistogram()
            .maximumExpectedValue(config.searchTimeout())
            .register(metrics);
    this.threads = threads;
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.post("/v1/search", this::search);
  }

  private void search(Context context) {
    SearchRequest request = request(Json.object(bodies.json(context), FIELDS));
    context.future(() -> answer(request).thenAccept(answer -> Json.answer(context, 200, answer)));
  }

  private CompletableFuture<SearchAnswer> answer(SearchRequest request) {
    Timer.Sample sample = Timer.start();
    return threads
        .run(() -> explorer.show(request))
        .whenComplete((shown, thrown) -> sample.stop(latency))
        .thenApply(
            shown -> {
              // Nobody clicks on what came too late, and that must not count against it.
              impressions.write(shown.impression());
              return shown.answer();
            });
  }

  private SearchRequest request(JsonNode body) {
    return new SearchRequest(
        query(body.get("query")),
        whole("k", body.get("k"), Math.min(DEFAULT_K, config.maxHits()), config.maxHits()),
        mode(body.get("mode")),
        filter(body.get("filter")),
        isAbsent(body.get("generation"))
            ? null
            : (Integer) whole("generation", body.get("generation"), 0, Integer.MAX_VALUE),
        clientId(body.get("clientId")),
        explore(body.get("explore")),
        recall(body.get("recall")),
        0);
  }

  private static @Nullable Double recall(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isNumber()) {
      throw Json.refuse("recall", "recall must be a number, was " + StrictJson.kind(node));
    }
    double recall = node.doubleValue();
    if (!(recall > 0 && recall <= 1)) {
      throw Json.refuse(
          "recall", "recall must be above 0 and at most 1, was %s".formatted(node.asText()));
    }
    return recall;
  }

  private static @Nullable String clientId(@Nullable JsonNode node) {
    if (isAbsent(node)) {
      return null;
    }
    String clientId = Json.text("clientId", node);
    if (clientId.length() > ClickCodec.MAX_NAME_CHARACTERS) {
      throw Json.refuse(
          "clientId",
          "clientId must be at most %d characters, was %d"
              .formatted(ClickCodec.MAX_NAME_CHARACTERS, clientId.length()));
    }
    return clientId;
  }

  private static boolean explore(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return true;
    }
    if (!node.isBoolean()) {
      throw Json.refuse("explore", "explore must be true or false, was " + StrictJson.kind(node));
    }
    return node.booleanValue();
  }

  private static String query(@Nullable JsonNode node) {
    String query = Json.text("query", node);
    if (query.length() > ImpressionCodec.MAX_QUERY_CHARACTERS) {
      throw Json.refuse(
          "query",
          "query must be at most %d characters, was %d"
              .formatted(ImpressionCodec.MAX_QUERY_CHARACTERS, query.length()));
    }
    return query;
  }

  private static int whole(String field, @Nullable JsonNode node, int absent, int most) {
    if (node == null || node.isNull()) {
      return absent;
    }
    if (!node.isIntegralNumber()) {
      throw Json.refuse(
          field,
          "%s must be a whole number, was %s"
              .formatted(field, node.isNumber() ? node.asText() : StrictJson.kind(node)));
    }
    if (!node.canConvertToInt() || node.intValue() < 1 || node.intValue() > most) {
      throw Json.refuse(
          field, "%s must be from 1 to %d, was %s".formatted(field, most, node.asText()));
    }
    return node.intValue();
  }

  private static SearchMode mode(@Nullable JsonNode node) {
    if (isAbsent(node)) {
      return SearchMode.HYBRID;
    }
    try {
      return SearchMode.of(Json.text("mode", node));
    } catch (IllegalArgumentException e) {
      throw Json.refuse("mode", String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Filter filter(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    try {
      return FilterParser.parse(node);
    } catch (InvalidFilterException e) {
      throw Json.refuse("filter", String.valueOf(e.getMessage()));
    }
  }

  private static boolean isAbsent(@Nullable JsonNode node) {
    return node == null || node.isNull();
  }
}
