package dev.freshet.pipeline.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import java.util.Map;
import java.util.Set;

/** {@code GET} and {@code HEAD /health/live} and {@code /health/ready}. */
public final class HealthResource implements Resource {
  static final String LIVE = "/health/live";
  static final String READY = "/health/ready";

  /**
   * What gates let through. Whole paths, not a prefix: what a path is normalised to must not decide
   * who may come in.
   */
  static final Set<String> PATHS = Set.of(LIVE, READY);

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
    answer(routes, LIVE, context -> Json.answer(context, 200, Map.of("status", "live")));
    answer(
        routes,
        READY,
        context -> {
          String obstacle = readiness.obstacle().orElse(null);
          if (obstacle != null) {
            throw new ProblemException(503, obstacle);
          }
          Json.answer(context, 200, Map.of("status", "ready"));
        });
  }

  /** Monitors ask with HEAD, too, which would be 200 by itself whatever GET says. */
  private static void answer(RoutesConfig routes, String path, Handler handler) {
    routes.get(path, handler);
    routes.head(path, handler);
  }
}
