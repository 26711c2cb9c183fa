package dev.freshet.pipeline.http;

import dev.freshet.pipeline.config.ServeConfig;
import dev.freshet.pipeline.event.Click;
import dev.freshet.pipeline.event.ClickCodec;
import dev.freshet.pipeline.event.ClickWriter;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * {@code POST /v1/clicks}: one event or a list of them, in the field names of User Behavior
 * Insights (see {@link ClickCodec}). All are checked before the first is written; an event without
 * a time gets that of its arrival.
 */
public final class ClickResource implements Resource {
  /**
   * Requests at a time. They wait for the broker on the threads that also read searches and take
   * uploads.
   */
  static final int MAX_WRITERS = HttpServer.MAX_THREADS / 4;

  private record Answer(int accepted) {}

  private final ClickWriter writer;
  private final Clock clock;
  private final Bodies bodies;
  private final Counter accepted;
  private final Counter rejected;
  private final Semaphore writers = new Semaphore(MAX_WRITERS);

  /**
   * Clicks.
   *
   * @param writer where they are written
   * @param clock tells when an event arrived
   * @param config limits
   * @param metrics receives counts
   */
  public ClickResource(ClickWriter writer, Clock clock, ServeConfig config, MeterRegistry metrics) {
    this.writer = writer;
    this.clock = clock;
    this.bodies = new Bodies(config.maxRequestBytes());
    this.accepted = counter(metrics, "accepted");
    this.rejected = counter(metrics, "rejected");
  }

  private static Counter counter(MeterRegistry metrics, String outcome) {
    return Counter.builder("freshet.http.clicks")
        .description("Clicks that came over HTTP, by what became of them")
        .tag("outcome", outcome)
        .register(metrics);
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.post("/v1/clicks", this::post);
  }

  private void post(Context context) {
    if (!writers.tryAcquire()) {
      throw new ProblemException(
          503,
          "%d requests with clicks are waiting for Kafka already; try again in a moment"
              .formatted(MAX_WRITERS));
    }
    try {
      List<Click> clicks =
          JsonBatch.read(
              Json.parse(bodies.declaredJson(context)),
              "events",
              ClickCodec::check,
              rejected::increment);
      write(clicks);
      accepted.increment(clicks.size());
      Json.answer(context, 202, new Answer(clicks.size()));
    } finally {
      writers.release();
    }
  }

  private void write(List<Click> clicks) {
    PendingWrites pending =
        new PendingWrites("event", "those that were written already come twice then.");
    Instant arrival = clock.instant();
    for (Click click : clicks) {
      Click timed = click.timestamp() == null ? click.at(arrival) : click;
      pending.add(timed.objectId().length(), () -> writer.write(timed));
    }
    pending.await();
  }
}
