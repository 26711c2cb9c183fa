package dev.freshet.pipeline.registry;

import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a module checkpoint a generation: first into the registry, then announced in {@code
 * models}. A crash in between leaves a folder that nobody announces; its number is passed over.
 */
public final class GenerationPublisher {
  private final FreshetConfig config;
  private final ModelsTopic models;
  private final Clock clock;

  /**
   * @param config with the brokers, the registry and the backbone of the Freshet that runs
   */
  public GenerationPublisher(FreshetConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
    models = new ModelsTopic(config.kafka(), new Topics(config.kafka().topicPrefix()), clock);
  }

  /**
   * Publishes and announces. Its pages are put together as those of the served generation are.
   *
   * @param folder a module checkpoint for the configured backbone
   * @return what was announced
   * @throws InvalidModelException when the checkpoint cannot be used with the backbone
   */
  public GenerationRecord publish(Path folder) {
    GenerationModules modules = GenerationModules.of(config);
    ModuleManifest manifest = check(folder);
    int generation = next(modules);
    modules.registry().publish(generation, ModuleCheckpoint.open(folder, manifest.backbone()));
    GenerationRecord served = models.read().served();
    double denseWeight = served == null ? ReciprocalRankFusion.EQUAL : served.denseWeight();
    return announce(modules, generation, denseWeight, manifest.metrics(), List.of());
  }

  /**
   * Publishes modules that were tuned here, and announces them: as they were judged, to be served
   * or as rejected.
   *
   * @param draft with a verdict
   * @param denseWeight what a place in the dense list is to count on its hybrid pages
   * @return what was announced
   */
  public GenerationRecord publish(
      ModuleManifest.Draft draft, double denseWeight, List<SafetensorsWriter.Tensor> tensors) {
    GenerationModules modules = GenerationModules.of(config);
    int generation = next(modules);
    ModuleManifest manifest = modules.registry().publish(generation, draft, tensors);
    ModuleManifest.GateVerdict verdict = manifest.gate();
    return announce(
        modules,
        generation,
        denseWeight,
        manifest.metrics(),
        verdict == null || verdict.accepted() ? List.of() : verdict.reasons());
  }

  /**
   * Announces that a round led nowhere, so that people see it and why. It has no modules.
   *
   * @param served what it began with
   * @return what was announced
   */
  public GenerationRecord reject(
      GenerationRecord served, List<String> reasons, Map<String, Double> metrics) {
    GenerationRecord record =
        GenerationRecord.published(
                next(GenerationModules.of(config)),
                served.fingerprint(),
                "no modules",
                served.vectors(),
                served.denseWeight(),
                metrics,
                clock.instant())
            .rejected(reasons, clock.instant());
    models.announce(record);
    return record;
  }

  /**
   * The generation that was announced with modules from a window of interactions, whatever became
   * of it; null when there is none.
   */
  public @Nullable GenerationRecord find(ModuleManifest.DataWindow window) {
    ModuleRegistry registry = GenerationModules.of(config).registry();
    Generations announced = models.read();
    for (int generation : registry.generations()) {
      ModuleManifest.DataWindow used = registry.manifest(generation).window();
      GenerationRecord record = announced.get(generation);
      if (used != null
          && record != null
          && used.from().equals(window.from())
          && used.to().equals(window.to())) {
        return record;
      }
    }
    return null;
  }

  /** Opens it as a node would, so that what cannot be used is never announced. */
  private ModuleManifest check(Path folder) {
    try (Encoder encoder = Encoders.acquire(config.encoder().withModules(folder), Side.QUERY)) {
      return ModuleCheckpoint.manifest(folder);
    }
  }

  /** A number that neither {@code models} nor the registry has seen. */
  private int next(GenerationModules modules) {
    List<Integer> published = modules.registry().generations();
    int last = published.isEmpty() ? 0 : published.get(published.size() - 1);
    return Math.max(models.read().next(), Math.max(last, Topics.FIRST_GENERATION) + 1);
  }

  private GenerationRecord announce(
      GenerationModules modules,
      int generation,
      double denseWeight,
      Map<String, Double> metrics,
      List<String> rejection) {
    Path folder = modules.registry().folder(generation);
    try (Encoder documents =
        Encoders.acquire(config.encoder().withModules(folder), Side.DOCUMENT)) {
      GenerationRecord record =
          GenerationRecord.published(
              generation,
              documents.fingerprint(),
              documents.description(),
              vectors(models.read(), generation, documents.fingerprint()),
              denseWeight,
              metrics,
              clock.instant());
      GenerationRecord judged =
          rejection.isEmpty() ? record : record.rejected(rejection, clock.instant());
      models.announce(judged);
      return judged;
    }
  }

  /** Where a live generation has the same document side, nothing need be encoded again. */
  private static int vectors(Generations generations, int generation, String fingerprint) {
    return generations.all().stream()
        .filter(record -> record.isLive() && record.fingerprint().equals(fingerprint))
        .mapToInt(GenerationRecord::vectors)
        .max()
        .orElse(generation);
  }
}
