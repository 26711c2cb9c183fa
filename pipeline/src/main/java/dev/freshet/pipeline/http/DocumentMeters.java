package dev.freshet.pipeline.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts documents that came over HTTP. Thread-safe. */
final class DocumentMeters {
  private final Counter accepted;
  private final Counter rejected;
  private final Counter deleted;

  DocumentMeters(MeterRegistry metrics) {
    this.accepted = counter(metrics, "accepted");
    this.rejected = counter(metrics, "rejected");
    this.deleted = counter(metrics, "deleted");
  }

  private static Counter counter(MeterRegistry metrics, String outcome) {
    return Counter.builder("freshet.http.documents")
        .description("Documents that came over HTTP, by what became of them")
        .tag("outcome", outcome)
        .register(metrics);
  }

  void accepted(long documents) {
    accepted.increment((double) documents);
  }

  void rejected(long documents) {
    rejected.increment((double) documents);
  }

  void deleted() {
    deleted.increment();
  }
}
