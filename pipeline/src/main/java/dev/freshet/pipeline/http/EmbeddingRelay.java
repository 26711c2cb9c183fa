package dev.freshet.pipeline.http;

import dev.freshet.pipeline.config.ServeConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** {@code POST /v1/embeddings} of a gateway, which has no model: a node answers. */
public final class EmbeddingRelay implements Resource {
  private final Function<byte[], CompletableFuture<HttpResponse<byte[]>>> nodes;
  private final Bodies bodies;

  /**
   * @param nodes pass a request on
   * @param config limits
   */
  public EmbeddingRelay(
      Function<byte[], CompletableFuture<HttpResponse<byte[]>>> nodes, ServeConfig config) {
    this.nodes = nodes;
    this.bodies = new Bodies(config.maxRequestBytes());
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.post("/v1/embeddings", this::relay);
  }

  private void relay(Context context) {
    byte[] body = bodies.json(context);
    context.future(
        () ->
            nodes
                .apply(body)
                .thenAccept(
                    answer ->
                        context
                            .status(answer.statusCode())
                            .contentType(
                                answer
                                    .headers()
                                    .firstValue("Content-Type")
                                    .orElse(Json.CONTENT_TYPE))
                            .result(answer.body())));
  }
}
