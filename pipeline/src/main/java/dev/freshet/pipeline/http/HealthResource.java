package dev.freshet.pipeline.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** {@code GET} and {@code HEAD /health/live} and {@code /health/ready}. */
public final class HealthResource implements Resource {
  static final String LIVE = "/health/live";
  static final String READY = "/health/ready";

  /**
   * What gates let through. Whole paths, not a prefix: what a path is normalised to must not decide
   * who may come in.
   */
  static final Set<String> PATHS = Set.of(LIVE, READY);

  private final Supplier<Optional<String>> stall;
  private final Readiness readiness;

  /**
   * Health checks.
   *
   * @param stall why the process is to be restarted; nothing where that would not help
   * @param readiness whether searches can be answered
   */
  public HealthResource(Supplier<Optional<String>> stall, Readiness readiness) {
    this.stall = stall;
    this.readiness = readiness;
  }

  @Override
  public void register(RoutesConfig routes) {
    answer(routes, LIVE, context -> tell(context, stall.get(), "live"));
    answer(routes, READY, context -> tell(context, readiness.obstacle(), "ready"));
  }

  private static void tell(Context context, Optional<String> problem, String status) {
    if (problem.isPresent()) {
      throw new ProblemException(503, problem.get());
    }
    Json.answer(context, 200, Map.of("status", status));
  }

  /** Monitors ask with HEAD, too, which would be 200 by itself whatever GET says. */
  private static void answer(RoutesConfig routes, String path, Handler handler) {
    routes.get(path, handler);
    routes.head(path, handler);
  }
}
