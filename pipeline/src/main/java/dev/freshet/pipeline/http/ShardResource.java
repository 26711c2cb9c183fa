package dev.freshet.pipeline.http;

import dev.freshet.pipeline.search.InvalidFilterException;
import dev.freshet.pipeline.search.Shard;
import dev.freshet.pipeline.search.ShardJson;
import dev.freshet.pipeline.search.ShardQuery;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.function.Supplier;

/**
 * What gateways and the conductor ask a node, of its own partitions: {@code GET /v1/shard}, {@code
 * POST /v1/shard/search}, {@code POST /v1/shard/superseded} and {@code GET
 * /v1/shard/documents/{id}?generation=G}. See {@link Shard}. People ask a gateway.
 */
public final class ShardResource implements Resource {
  /** More than a gateway ever asks. */
  private static final long MAX_BYTES = 64L << 20;

  private final Shard shard;
  private final Bodies bodies;
  private final SearchThreads threads;

  /**
   * @param threads run the searches
   */
  public ShardResource(Shard shard, SearchThreads threads) {
    this.shard = shard;
    this.bodies = new Bodies(MAX_BYTES);
    this.threads = threads;
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.get("/v1/shard", context -> answer(context, ShardJson.write(shard.status())));
    routes.post("/v1/shard/search", this::search);
    routes.post("/v1/shard/superseded", this::superseded);
    routes.get("/v1/shard/documents/{id}", this::document);
  }

  private static void answer(Context context, byte[] json) {
    context.status(200).contentType(Json.CONTENT_TYPE).result(json);
  }

  private void search(Context context) {
    byte[] body = bodies.json(context);
    ShardQuery query = understood(() -> ShardJson.readQuery(body));
    context.future(
        () ->
            threads
                .run(() -> ShardJson.write(shard.search(query)))
                .thenAccept(json -> answer(context, json)));
  }

  private void superseded(Context context) {
    byte[] body = bodies.json(context);
    ShardJson.Versions asked = understood(() -> ShardJson.read(body, ShardJson.Versions.class));
    answer(
        context,
        ShardJson.write(
            new ShardJson.Superseded(shard.superseded(asked.generation(), asked.documents()))));
  }

  private void document(Context context) {
    String generation = context.queryParam("generation");
    if (generation == null || !generation.matches("[1-9][0-9]{0,8}")) {
      throw new ProblemException(
          400, "generation must be a whole number from 1 on, was " + generation);
    }
    answer(
        context,
        ShardJson.writeDocument(
            shard.document(Integer.parseInt(generation), context.pathParam("id"))));
  }

  private static <T> T understood(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException | InvalidFilterException e) {
      throw new ProblemException(400, String.valueOf(e.getMessage())).initCause(e);
    }
  }
}
