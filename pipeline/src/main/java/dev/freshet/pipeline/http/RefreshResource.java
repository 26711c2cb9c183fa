package dev.freshet.pipeline.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.config.ServeConfig;
import dev.freshet.pipeline.event.StrictJson;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;

/**
 * {@code GET} and {@code PUT /v1/refresh}: the share of the encoding threads' time that generations
 * which are being built may take, in this process, from now on and until it ends. Of use where the
 * index jobs run in the node's own process.
 */
public final class RefreshResource implements Resource {
  private record Answer(double share) {}

  private final Bodies bodies;

  /**
   * @param config limits
   */
  public RefreshResource(ServeConfig config) {
    bodies = new Bodies(config.maxRequestBytes());
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.get("/v1/refresh", RefreshResource::answer);
    routes.put("/v1/refresh", this::change);
  }

  private void change(Context context) {
    JsonNode share = Json.object(bodies.json(context), List.of("share")).path("share");
    if (!share.isNumber()) {
      throw Json.refuse(
          "share",
          share.isMissingNode()
              ? "share is missing"
              : "share must be a number, was " + StrictJson.kind(share));
    }
    try {
      Encoders.refreshShare(share.doubleValue());
    } catch (IllegalArgumentException e) {
      throw Json.refuse("share", String.valueOf(e.getMessage()));
    }
    answer(context);
  }

  private static void answer(Context context) {
    Json.answer(context, 200, new Answer(Encoders.refreshShare()));
  }
}
