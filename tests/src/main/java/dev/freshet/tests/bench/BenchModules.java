package dev.freshet.tests.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.freshet.model.checkpoint.LocalModuleStorage;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.Sha256Cache;
import dev.freshet.model.encoder.BertBackbone;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.tuning.Budget;
import dev.freshet.model.tuning.ModuleTensors;
import dev.freshet.model.tuning.PublishedMethods;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.model.tuning.TuningMethod;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * Which modules to measure with.
 *
 * @param method one of {@link PublishedMethods}, by name
 * @param share of the backbone's parameters
 */
record BenchModules(String method, double share) {
  private static final float DEVIATION = 0.02f;

  BenchModules {
    if (!PublishedMethods.byName().containsKey(method)) {
      throw new IllegalArgumentException(
          "method must be one of %s, was '%s'"
              .formatted(PublishedMethods.byName().keySet(), method));
    }
  }

  /** The method with the widths that the share allows a backbone. */
  Budget.Fit fit(BertConfig config) {
    TuningMethod pattern = PublishedMethods.byName().get(method);
    if (pattern == null) {
      throw new IllegalStateException("no method " + method);
    }
    return new Budget(share).fit(pattern, config);
  }

  /**
   * Publishes modules of which nothing is zero, as after training: a product with zeros is as long,
   * yet nobody should have to believe it.
   *
   * @return the checkpoint's folder
   */
  Path publish(Path registry, ModelFolder folder, long seed) {
    Tuning tuning = Tuning.of(fit(folder.config()).method());
    SafetensorsFile weights = SafetensorsFile.open(folder.weights());
    try (BertBackbone backbone = BertBackbone.open(folder.config(), weights, Device.cpu());
        ModuleTensors tensors = ModuleTensors.initial(tuning, backbone, seed)) {
      try (GradientMode off = GradientMode.off()) {
        for (NDArray array : tensors.arrays().values()) {
          try (NDArray noise = array.getManager().randomNormal(array.getShape());
              NDArray scaled = noise.mul(DEVIATION)) {
            array.addi(scaled);
          }
        }
      }
      new ModuleRegistry(new LocalModuleStorage(registry), Clock.systemUTC())
          .publish(
              1,
              new ModuleManifest.Draft(
                  tuning.toJson(),
                  Sha256Cache.ofUser().of(folder.weights()),
                  null,
                  null,
                  Map.of(),
                  null),
              tensors.toWrite(""));
    }
    return registry.resolve("1");
  }
}
