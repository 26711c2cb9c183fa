package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.freshet.model.checkpoint.DirectBuffers;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import dev.freshet.model.checkpoint.TensorInfo;
import dev.freshet.model.encoder.BertBackbone;
import dev.freshet.model.encoder.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one set of modules, by name: either trainable, in memory of their own and with
 * gradients, or fixed, memory-mapped and read-only.
 *
 * <p>Owns its arrays. Whoever makes it closes it, until it is bound: then the model does. Reading
 * is thread-safe; changing trainable tensors while a call runs is not.
 */
public final class ModuleTensors implements AutoCloseable {
  private final NDManager manager;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  /** The memory of fixed arrays. */
  private final List<ByteBuffer> buffers = new ArrayList<>();

  private final boolean trainable;

  private ModuleTensors(BertBackbone backbone, boolean trainable) {
    manager = Torch.newManager(backbone.device());
    this.trainable = trainable;
  }

  /**
   * New tensors to train. Equal arguments give equal values, whatever else the tuning holds: each
   * tensor has a generator of its own.
   *
   * @param tuning says which tensors, and what they start as
   * @param seed of what is random
   */
  public static ModuleTensors initial(Tuning tuning, BertBackbone backbone, long seed) {
    ModuleTensors made = new ModuleTensors(backbone, true);
    try {
      for (ModuleTensor tensor : tuning.tensors(backbone.config())) {
        float[] values = start(tensor, tuning.deviation(), backbone, seed);
        made.add(tensor, Torch.create(made.manager, values, tensor.tensor().shape()), backbone);
      }
      return made;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  private static float[] start(
      ModuleTensor tensor, double deviation, BertBackbone backbone, long seed) {
    return switch (tensor.start()) {
      case ZERO -> zeros(tensor);
      case NORMAL -> normal(tensor, deviation, seed);
      case BACKBONE -> {
        NDArray frozen = backbone.find(tensor.name());
        if (frozen != null) {
          yield copy(frozen);
        }
        yield tensor.isBias() ? zeros(tensor) : normal(tensor, deviation, seed);
      }
    };
  }

  private static float[] zeros(ModuleTensor tensor) {
    return new float[Math.toIntExact(tensor.tensor().elements())];
  }

  private static float[] normal(ModuleTensor tensor, double deviation, long seed) {
    // Random's and hashCode's algorithms are specified: equal on every JDK and processor.
    Random random = new Random(seed + 0x9E3779B97F4A7C15L * tensor.name().hashCode());
    float[] values = zeros(tensor);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /**
   * The tensors of a file that holds nothing else, to encode with.
   *
   * @throws InvalidModelException when the file does not hold exactly the tensors of the tuning
   */
  public static ModuleTensors load(Tuning tuning, BertBackbone backbone, SafetensorsFile file) {
    return load(tuning, backbone, file, "");
  }

  /**
   * Those tensors of a file whose names begin with a prefix, to encode with.
   *
   * @param prefix is left out of the names; what does not begin with it is somebody else's
   * @throws InvalidModelException when they are not exactly the tensors of the tuning
   */
  public static ModuleTensors load(
      Tuning tuning, BertBackbone backbone, SafetensorsFile file, String prefix) {
    return load(tuning, backbone, file, prefix, false);
  }

  /**
   * Copies of those tensors of a file whose names begin with a prefix, to train further.
   *
   * @param prefix is left out of the names; what does not begin with it is somebody else's
   * @throws InvalidModelException when they are not exactly the tensors of the tuning
   */
  public static ModuleTensors loadTrainable(
      Tuning tuning, BertBackbone backbone, SafetensorsFile file, String prefix) {
    return load(tuning, backbone, file, prefix, true);
  }

  private static ModuleTensors load(
      Tuning tuning,
      BertBackbone backbone,
      SafetensorsFile file,
      String prefix,
      boolean trainable) {
    List<ModuleTensor> wanted = tuning.tensors(backbone.config());
    check(wanted, file, prefix);
    ModuleTensors loaded = new ModuleTensors(backbone, trainable);
    try {
      for (ModuleTensor tensor : wanted) {
        String stored = prefix + tensor.name();
        NDArray array =
            trainable
                ? Torch.create(loaded.manager, file.floats(stored), tensor.tensor().shape())
                : loaded.map(file.floatBytes(stored), tensor);
        loaded.add(tensor, array, backbone);
      }
      return loaded;
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  private NDArray map(ByteBuffer values, ModuleTensor tensor) {
    buffers.add(values);
    return manager.create(values, tensor.tensor().shape(), DataType.FLOAT32);
  }

  private static void check(List<ModuleTensor> wanted, SafetensorsFile file, String prefix) {
    Set<String> unknown = new HashSet<>(file.names());
    unknown.removeIf(name -> !name.startsWith(prefix));
    for (ModuleTensor tensor : wanted) {
      TensorInfo info = file.info(prefix + tensor.name());
      if (!info.shape().equals(tensor.tensor().dimensions())) {
        throw new InvalidModelException(
            "%s: tensor %s has shape %s, the tuning method asks for %s"
                .formatted(file.path(), info.name(), info.shape(), tensor.tensor().dimensions()));
      }
      unknown.remove(info.name());
    }
    if (!unknown.isEmpty()) {
      throw new InvalidModelException(
          "%s has tensors that the tuning method does not have: %s"
              .formatted(file.path(), unknown.stream().sorted().toList()));
    }
  }

  private void add(ModuleTensor tensor, NDArray array, BertBackbone backbone) {
    NDArray typed = array.toType(backbone.dataType(), false);
    if (typed != array) {
      array.close();
    }
    if (trainable) {
      typed.setRequiresGradient(true);
    }
    arrays.put(tensor.name(), typed);
  }

  /** The tensor of that name, or null where the method has none. */
  public @Nullable NDArray find(String name) {
    return arrays.get(name);
  }

  /**
   * The tensor of that name.
   *
   * @throws IllegalArgumentException when the method has none
   */
  public NDArray get(String name) {
    NDArray array = find(name);
    if (array == null) {
      throw new IllegalArgumentException("the modules have no tensor " + name);
    }
    return array;
  }

  /**
   * All tensors by name, in the order of the forward pass. An optimiser changes trainable ones in
   * place, with {@link dev.freshet.model.encoder.GradientMode} off; fixed ones must not be changed,
   * which would end the process. Every {@code getGradient()} of an array makes a handle that lives
   * as long as these tensors unless it is closed.
   */
  public Map<String, NDArray> arrays() {
    return Collections.unmodifiableMap(arrays);
  }

  /** Whether gradients reach these tensors. */
  public boolean isTrainable() {
    return trainable;
  }

  /**
   * What a checkpoint is written of, in the order of the forward pass. Values are read from these
   * tensors when their turn comes to be written.
   *
   * @param prefix put before every name; see {@link
   *     dev.freshet.model.checkpoint.ModuleSides#prefix}
   */
  public List<SafetensorsWriter.Tensor> toWrite(String prefix) {
    return arrays.entrySet().stream()
        .map(
            entry ->
                new SafetensorsWriter.Tensor(
                    prefix + entry.getKey(),
                    () -> copy(entry.getValue()),
                    entry.getValue().getShape().getShape()))
        .toList();
  }

  private static float[] copy(NDArray array) {
    NDArray floats = array.toType(DataType.FLOAT32, false);
    float[] values = floats.toFloatArray();
    if (floats != array) {
      floats.close();
    }
    return values;
  }

  /** Frees the tensors; nothing may compute with them any more. Idempotent. */
  @Override
  public void close() {
    manager.close();
    buffers.forEach(DirectBuffers::free);
    buffers.clear();
  }
}
