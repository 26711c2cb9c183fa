package dev.freshet.pipeline.registry;

import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationState;
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
    return announce(modules, generation, denseWeight, manifest.metrics(), null, List.of());
  }

  /**
   * Publishes modules that were tuned here, and announces them: as they were judged, to be served
   * or as rejected.
   *
   * @param draft with a verdict
   * @param denseWeight what a place in the dense list is to count on its hybrid pages
   * @param round that they come from
   * @return what was announced
   */
  public GenerationRecord publish(
      ModuleManifest.Draft draft,
      double denseWeight,
      GenerationRecord.Round round,
      List<SafetensorsWriter.Tensor> tensors) {
    GenerationModules modules = GenerationModules.of(config);
    int generation = next(modules);
    ModuleManifest manifest = modules.registry().publish(generation, draft, tensors);
    ModuleManifest.GateVerdict verdict = manifest.gate();
    return announce(
        modules,
        generation,
        denseWeight,
        manifest.metrics(),
        round,
        verdict == null || verdict.accepted() ? List.of() : verdict.reasons());
  }

  /**
   * Announces that a round led nowhere, so that people see it and why. It has no modules.
   *
   * @param served what it began with
   * @return what was announced
   */
  public GenerationRecord reject(
      GenerationRecord served,
      GenerationRecord.Round round,
      List<String> reasons,
      Map<String, Double> metrics) {
    GenerationRecord record =
        GenerationRecord.published(
                next(GenerationModules.of(config)),
                served.fingerprint(),
                "no modules",
                served.vectors(),
                served.denseWeight(),
                metrics,
                clock.instant())
            .of(round)
            .rejected(reasons, clock.instant());
    models.announce(record);
    return record;
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
      GenerationRecord.@Nullable Round round,
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
      GenerationRecord told = round == null ? record : record.of(round);
      GenerationRecord judged =
          rejection.isEmpty() ? told : told.rejected(rejection, clock.instant());
      models.announce(judged);
      return judged;
    }
  }

  /**
   * Where a generation has the same document side and is built, nothing need be encoded again. One
   * that is being built does not count: it is given up for this one, and its vectors with it.
   */
  static int vectors(Generations generations, int generation, String fingerprint) {
    return generations.all().stream()
        .filter(
            record ->
                record.state() == GenerationState.COMPLETE
                    || record.state() == GenerationState.SERVED)
        .filter(record -> record.fingerprint().equals(fingerprint))
        .mapToInt(GenerationRecord::vectors)
        .max()
        .orElse(generation);
  }
}
