package dev.freshet.pipeline.app;

import dev.freshet.pipeline.kafka.KafkaImpressionWriter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** What becomes of impressions, under {@code /metrics}. */
final class FeedbackMetrics {
  private FeedbackMetrics() {}

  static void register(MeterRegistry registry, KafkaImpressionWriter impressions) {
    counter(registry, impressions, "written", KafkaImpressionWriter::written);
    counter(registry, impressions, "lost", KafkaImpressionWriter::lost);
  }

  private static void counter(
      MeterRegistry registry,
      KafkaImpressionWriter impressions,
      String outcome,
      ToDoubleFunction<KafkaImpressionWriter> value) {
    FunctionCounter.builder("freshet.impressions", impressions, value)
        .description("Impressions, by what became of them")
        .tag("outcome", outcome)
        .register(registry);
  }
}
