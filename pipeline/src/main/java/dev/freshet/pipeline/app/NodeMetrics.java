package dev.freshet.pipeline.app;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.service.BatchStatistics;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.kafka.VectorTail;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Searcher;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import java.util.function.ToDoubleFunction;

/** What a serve node reports of itself under {@code /metrics}, beside its routes. */
final class NodeMetrics implements AutoCloseable {
  private final JvmGcMetrics garbage = new JvmGcMetrics();

  NodeMetrics(
      MeterRegistry registry, int generation, Searcher searcher, VectorTail tail, Encoder encoder) {
    String tag = Integer.toString(generation);
    index(registry, tag, searcher, "documents", "Live documents", GenerationStatus::documents);
    index(registry, tag, searcher, "passages", "Live passages", GenerationStatus::passages);
    index(registry, tag, searcher, "memory", "Bytes in memory", GenerationStatus::memoryBytes);
    Gauge.builder("freshet.tail.progress", tail, VectorTail::progress)
        .description("Share of what was in the topic at the start that is searchable")
        .tag("generation", tag)
        .register(registry);
    Gauge.builder("freshet.tail.up", tail, t -> t.failure() == null ? 1 : 0)
        .description("1 while the vectors are followed")
        .tag("generation", tag)
        .register(registry);
    batcher(registry, encoder, "batches", "Batches computed", BatchStatistics::batches);
    batcher(registry, encoder, "sequences", "Sequences encoded", BatchStatistics::sequences);
    batcher(registry, encoder, "tokens", "Tokens encoded", BatchStatistics::tokens);
    batcher(registry, encoder, "padding", "Padding computed", BatchStatistics::paddingTokens);
    Gauge.builder("freshet.encoder.queue", encoder, e -> Encoders.statistics(e).queued())
        .description("Sequences that wait for a batch")
        .register(registry);
    new JvmMemoryMetrics().bindTo(registry);
    garbage.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
  }

  private static void index(
      MeterRegistry registry,
      String generation,
      Searcher searcher,
      String name,
      String description,
      ToDoubleFunction<GenerationStatus> value) {
    Gauge.builder(
            "freshet.index." + name,
            searcher,
            s -> s.generations().stream().mapToDouble(value).findFirst().orElse(0))
        .description(description)
        .tag("generation", generation)
        .register(registry);
  }

  private static void batcher(
      MeterRegistry registry,
      Encoder encoder,
      String name,
      String description,
      ToDoubleFunction<BatchStatistics> value) {
    FunctionCounter.builder(
            "freshet.encoder." + name, encoder, e -> value.applyAsDouble(Encoders.statistics(e)))
        .description(description)
        .register(registry);
  }

  @Override
  public void close() {
    garbage.close();
  }
}
