package dev.freshet.pipeline.http;

import dev.freshet.pipeline.search.InvalidFilterException;
import dev.freshet.pipeline.search.RefreshPlan;
import dev.freshet.pipeline.search.Shard;
import dev.freshet.pipeline.search.ShardJson;
import dev.freshet.pipeline.search.ShardQuery;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.function.Supplier;

/**
 * What gateways and the conductor ask a node, of its own partitions: {@code GET /v1/shard}, {@code
 * POST /v1/shard/search}, {@code POST /v1/shard/superseded}, {@code GET
 * /v1/shard/documents/{id}?generation=G} and {@code GET /v1/shard/plan}. See {@link Shard}. Nothing
 * here waits for another node, so that nodes can wait for each other. People ask a gateway.
 */
public final class ShardResource implements Resource {
  /** More than a gateway ever asks. */
  private static final long MAX_BYTES = 64L << 20;

  private final Shard shard;
  private final SharedTask<RefreshPlan> planning;
  private final Bodies bodies;
  private final SearchThreads threads;

  /**
   * @param planning says what a refresh will cost here; may take seconds
   * @param threads run the searches; others than those of routes that wait for nodes
   */
  public ShardResource(Shard shard, Supplier<RefreshPlan> planning, SearchThreads threads) {
    this.shard = shard;
    this.planning = new SharedTask<>("plan", planning);
    this.bodies = new Bodies(MAX_BYTES);
    this.threads = threads;
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.get("/v1/shard", context -> answer(context, ShardJson.write(shard.status())));
    routes.post("/v1/shard/search", this::search);
    routes.post("/v1/shard/superseded", this::superseded);
    routes.get("/v1/shard/documents/{id}", this::document);
    routes.get("/v1/shard/plan", this::plan);
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

  private void plan(Context context) {
    context.future(() -> planning.run().thenAccept(plan -> answer(context, ShardJson.write(plan))));
  }

  private static <T> T understood(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException | InvalidFilterException e) {
      throw new ProblemException(400, String.valueOf(e.getMessage())).initCause(e);
    }
  }
}
