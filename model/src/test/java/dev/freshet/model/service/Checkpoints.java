package dev.freshet.model.service;

import dev.freshet.model.checkpoint.LocalModuleStorage;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import dev.freshet.model.checkpoint.Sha256;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.encoder.TensorShape;
import dev.freshet.model.tuning.ModuleTensor;
import dev.freshet.model.tuning.Tuning;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Publishes module checkpoints whose tensors are random and nowhere zero. */
final class Checkpoints {
  private static final double DEVIATION = 0.2;

  private final Path registry;
  private final ModelFolder model;

  Checkpoints(Path registry, Path model) {
    this.registry = registry;
    this.model = ModelFolder.read(model);
  }

  /** One set of modules for both sides. */
  Path shared(int generation, Tuning tuning, long seed) {
    return publish(generation, tuning, ModuleSides.SHARED, tensors(tuning, "", seed));
  }

  /** A set for each side; equal seeds give equal modules. */
  Path separate(int generation, Tuning tuning, long querySeed, long documentSeed) {
    List<SafetensorsWriter.Tensor> all = tensors(tuning, "query.", querySeed);
    all.addAll(tensors(tuning, "document.", documentSeed));
    return publish(generation, tuning, ModuleSides.SEPARATE, all);
  }

  /** A set for the query side alone. */
  Path queryOnly(int generation, Tuning tuning, long seed) {
    return publish(generation, tuning, ModuleSides.QUERY, tensors(tuning, "query.", seed));
  }

  /** Whatever the tensors are. */
  Path publish(
      int generation, Tuning tuning, ModuleSides sides, List<SafetensorsWriter.Tensor> tensors) {
    new ModuleRegistry(new LocalModuleStorage(registry), Clock.systemUTC())
        .publish(
            generation,
            new ModuleManifest.Draft(
                tuning.toJson(), sides, Sha256.of(model.weights()), null, null, Map.of(), null),
            tensors);
    return registry.resolve(Integer.toString(generation));
  }

  List<SafetensorsWriter.Tensor> tensors(Tuning tuning, String prefix, long seed) {
    Random random = new Random(seed);
    List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
    for (ModuleTensor tensor : tuning.tensors(model.config())) {
      float[] values = new float[Math.toIntExact(tensor.tensor().elements())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (DEVIATION * random.nextGaussian());
      }
      tensors.add(
          new SafetensorsWriter.Tensor(
              prefix + tensor.name(), () -> values, shape(tensor.tensor())));
    }
    return tensors;
  }

  private static long[] shape(TensorShape tensor) {
    return tensor.dimensions().stream().mapToLong(Long::longValue).toArray();
  }
}
