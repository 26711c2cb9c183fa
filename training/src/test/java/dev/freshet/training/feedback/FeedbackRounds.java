package dev.freshet.training.feedback;

import static dev.freshet.training.feedback.SimulatedFeedback.HONEST;
import static dev.freshet.training.feedback.SimulatedFeedback.SIZE;
import static dev.freshet.training.feedback.SimulatedFeedback.TUNING;
import static dev.freshet.training.feedback.SimulatedFeedback.WORLD;

import dev.freshet.model.checkpoint.LocalModuleStorage;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.training.click.ClickModel;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.Population;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.TinyWorld;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.round.TuningPlan;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Rounds of a tiny world, with its backbone and modules that clicks have taught. */
final class FeedbackRounds implements AutoCloseable {
  private final Backbone backbone;
  private final ModuleRegistry registry;
  private @Nullable ModuleCheckpoint taught;

  FeedbackRounds(Path folder) {
    backbone = TinyWorld.backbone(folder.resolve("backbone"));
    registry =
        new ModuleRegistry(new LocalModuleStorage(folder.resolve("registry")), Clock.systemUTC());
  }

  Backbone backbone() {
    return backbone;
  }

  TunedModel untuned() {
    return TunedModel.initial(backbone, TUNING, ModuleSides.SHARED, 1);
  }

  /** Modules that honest clicks have taught for long, so that there is much to forget. */
  TunedModel taught() {
    if (taught == null) {
      try (FeedbackRound.Outcome outcome =
          run(settings(2e-2, 100), null, interactions(HONEST, 40, 100), Interactions.NONE)) {
        TunedModel candidate = Objects.requireNonNull(outcome.candidate());
        registry.publish(
            1,
            new ModuleManifest.Draft(
                TUNING.toJson(), backbone.sha256(), null, null, Map.of(), null),
            candidate.toWrite());
        taught = registry.open(1, backbone.sha256());
      }
    }
    return TunedModel.of(backbone, taught);
  }

  static FeedbackSettings settings(double rate) {
    return settings(rate, 25);
  }

  static FeedbackSettings settings(double rate, int steps) {
    return new FeedbackSettings(
        Estimator.POSTERIOR,
        new RetrievalSettings(16, 0.1, 0, false),
        new TuningPlan(steps, 1, rate, 0.1, 0.01, 0, 0),
        0.25,
        20,
        SIZE,
        new FeedbackSettings.Fusion(1, ReciprocalRankFusion.EQUAL),
        1);
  }

  /** All queries asked in turn, their answer second on the page. */
  static Interactions interactions(ClickModel users, int sessions, long seed) {
    return SimulatedFeedback.interactions(
        Population.of(users), 0, SIZE, SimulatedFeedback::page, sessions, seed);
  }

  FeedbackRound.Outcome run(
      FeedbackSettings settings,
      @Nullable GoldenSet golden,
      Interactions fresh,
      Interactions past) {
    return run(settings, golden, fresh, past, this::untuned);
  }

  FeedbackRound.Outcome run(
      FeedbackSettings settings,
      @Nullable GoldenSet golden,
      Interactions fresh,
      Interactions past,
      Supplier<TunedModel> served) {
    return run(settings, golden, fresh, past, WORLD.documents(), served, served);
  }

  FeedbackRound.Outcome run(
      FeedbackSettings settings,
      @Nullable GoldenSet golden,
      Interactions fresh,
      Interactions past,
      List<CorpusDocument> documents,
      Supplier<TunedModel> served,
      Supplier<TunedModel> start) {
    return new FeedbackRound(settings, golden, RoundListener.NONE)
        .run(
            new FeedbackRound.Lesson(fresh, Interactions.NONE, past, Set.of()),
            documents,
            served,
            start);
  }

  /** nDCG@10 on the world's queries. */
  static double quality(TunedModel model) {
    return SimulatedFeedback.quality(model, 0, SIZE);
  }

  @Override
  public void close() {
    backbone.close();
  }
}
