package dev.freshet.pipeline.http;

import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** {@code GET /metrics}, in the text format of Prometheus. */
public final class MetricsResource implements Resource {
  private final PrometheusMeterRegistry metrics;
  private final Runnable update;

  /**
   * The metrics of a process.
   *
   * @param metrics what is shown
   * @param update brings up to date what does not keep itself so; run before each answer
   */
  public MetricsResource(PrometheusMeterRegistry metrics, Runnable update) {
    this.metrics = metrics;
    this.update = update;
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.get(
        "/metrics",
        context -> {
          update.run();
          context.contentType("text/plain; version=0.0.4; charset=utf-8").result(metrics.scrape());
        });
  }
}
