package dev.freshet.pipeline.http;

import io.javalin.config.RoutesConfig;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code GET /v1/nodes} of a gateway: the nodes that it asks, and how each is. */
public final class NodesResource implements Resource {
  private final Supplier<? extends List<?>> nodes;

  /**
   * @param nodes a record each
   */
  public NodesResource(Supplier<? extends List<?>> nodes) {
    this.nodes = nodes;
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.get("/v1/nodes", context -> Json.answer(context, 200, Map.of("nodes", nodes.get())));
  }
}
