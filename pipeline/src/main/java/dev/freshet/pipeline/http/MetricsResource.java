package dev.freshet.pipeline.http;

import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** {@code GET /metrics}, in the text format of Prometheus. */
public final class MetricsResource implements Resource {
  private final PrometheusMeterRegistry metrics;

  /**
   * The metrics of a process.
   *
   * @param metrics what is shown
   */
  public MetricsResource(PrometheusMeterRegistry metrics) {
    this.metrics = metrics;
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.get(
        "/metrics",
        context ->
            context
                .contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(metrics.scrape()));
  }
}
