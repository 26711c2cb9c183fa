package dev.freshet.tests;

import dev.freshet.model.checkpoint.LocalModuleStorage;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.encoder.BuiltInBackbone;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.tuning.IaaL;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.TunedModel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** Module checkpoints for the built-in backbone that change its vectors, as if tuned. */
final class Checkpoints {
  private static final float SHIFT = 0.05f;

  private Checkpoints() {}

  /** Writes one; another seed makes another one. */
  static Path write(Path folder, long seed, ModuleSides sides) {
    try (Backbone backbone = Backbone.open(BuiltInBackbone.folder(), EncoderSettings.defaults());
        TunedModel model =
            TunedModel.initial(
                backbone, Tuning.of(new IaaL(4, 8)).withDeviation(0.3), sides, seed)) {
      // Fresh modules change nothing: their last tensors are zero.
      model.trainable().forEach((name, tensor) -> tensor.addi(SHIFT));
      Path registry = folder.resolve("made-" + seed);
      new ModuleRegistry(new LocalModuleStorage(registry), Clock.systemUTC())
          .publish(
              1,
              new ModuleManifest.Draft(
                  model.tuning().toJson(),
                  sides,
                  backbone.sha256(),
                  null,
                  null,
                  Map.of("nDCG@10", 0.5),
                  null),
              model.toWrite());
      return registry.resolve("1");
    }
  }
}
