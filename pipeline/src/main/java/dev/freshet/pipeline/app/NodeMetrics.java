package dev.freshet.pipeline.app;

import dev.freshet.model.service.BatchStatistics;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.host.HostedGenerations;
import dev.freshet.pipeline.search.GenerationStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a serve node reports of itself under {@code /metrics}, beside its routes. */
final class NodeMetrics implements AutoCloseable {
  private final HostedGenerations generations;
  private final Map<MultiGauge, ToDoubleFunction<GenerationStatus>> byGeneration =
      new LinkedHashMap<>();
  private final JvmGcMetrics garbage = new JvmGcMetrics();

  NodeMetrics(MeterRegistry registry, HostedGenerations generations) {
    this.generations = generations;
    add(registry, "freshet.index.documents", "Live documents", GenerationStatus::documents);
    add(registry, "freshet.index.passages", "Live passages", GenerationStatus::passages);
    add(registry, "freshet.index.memory", "Bytes in memory", GenerationStatus::memoryBytes);
    add(
        registry,
        "freshet.generation.progress",
        "Share of the generation that is searchable here",
        GenerationStatus::progress);
    add(
        registry,
        "freshet.generation.pace",
        "Documents a second that were written here lately",
        GenerationStatus::documentsPerSecond);
    add(
        registry,
        "freshet.generation.seconds.left",
        "Seconds until all of the generation is here, at that pace; 0 where it is, NaN where nothing comes",
        NodeMetrics::secondsLeft);
    add(
        registry,
        "freshet.generation.behind",
        "Changes of documents, at most, that its index job has yet to write; NaN where that is not known",
        status -> status.behind() == null ? Double.NaN : status.behind());
    Gauge.builder("freshet.generation.served", generations, HostedGenerations::servedGeneration)
        .description("The generation that searches go to")
        .register(registry);
    Gauge.builder("freshet.tail.up", generations, g -> g.health().failure() == null ? 1 : 0)
        .description("1 while the served vectors are followed")
        .register(registry);
    batcher(registry, "batches", "Batches computed", BatchStatistics::batches);
    batcher(registry, "sequences", "Sequences encoded", BatchStatistics::sequences);
    batcher(registry, "tokens", "Tokens encoded", BatchStatistics::tokens);
    batcher(registry, "padding", "Padding computed", BatchStatistics::paddingTokens);
    Gauge.builder("freshet.encoder.queue", generations, g -> statistics(g).queued())
        .description("Sequences that wait for a batch")
        .register(registry);
    new JvmMemoryMetrics().bindTo(registry);
    garbage.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
  }

  /** Not 0 where nothing came lately: a refresh that stands still is not one that is done. */
  static double secondsLeft(GenerationStatus status) {
    Double left = status.secondsLeft();
    if (left != null) {
      return left;
    }
    return status.progress() >= 1 ? 0 : Double.NaN;
  }

  private void add(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<GenerationStatus> value) {
    byGeneration.put(MultiGauge.builder(name).description(description).register(registry), value);
  }

  /** Takes down the numbers of the generations that are here now. */
  void update() {
    List<GenerationStatus> here =
        generations.generations().stream().filter(status -> status.dimensions() > 0).toList();
    byGeneration.forEach(
        (gauge, value) ->
            gauge.register(
                here.stream()
                    .map(
                        status ->
                            MultiGauge.Row.of(
                                Tags.of("generation", Integer.toString(status.generation())),
                                value.applyAsDouble(status)))
                    .toList(),
                true));
  }

  private void batcher(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<BatchStatistics> value) {
    FunctionCounter.builder(
            "freshet.encoder." + name, generations, g -> value.applyAsDouble(statistics(g)))
        .description(description)
        .register(registry);
  }

  private static BatchStatistics statistics(HostedGenerations generations) {
    return Encoders.statistics(generations.encoders().queries());
  }

  @Override
  public void close() {
    garbage.close();
  }
}
