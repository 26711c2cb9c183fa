package dev.freshet.pipeline.http;

import io.javalin.config.RoutesConfig;
import java.util.Map;

/** {@code GET /health/live} and {@code GET /health/ready}. */
public final class HealthResource implements Resource {
  static final String LIVE = "/health/live";
  static final String READY = "/health/ready";

  private final Readiness readiness;

  /**
   * Health checks.
   *
   * @param readiness whether searches can be answered
   */
  public HealthResource(Readiness readiness) {
    this.readiness = readiness;
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.get(LIVE, context -> Json.answer(context, 200, Map.of("status", "live")));
    routes.get(
        READY,
        context -> {
          String obstacle = readiness.obstacle().orElse(null);
          if (obstacle != null) {
            throw new ProblemException(503, obstacle);
          }
          Json.answer(context, 200, Map.of("status", "ready"));
        });
  }
}
