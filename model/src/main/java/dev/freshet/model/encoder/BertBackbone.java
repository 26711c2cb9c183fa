package dev.freshet.model.encoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.TensorInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The frozen weights of a BERT, shared by any number of {@link BertModel}s. On a CPU they are
 * memory-mapped from the file, so they are read-only: writing to them ends the process.
 *
 * <p>Tensors are found by their Hugging Face names, with or without the {@code bert.} that heads
 * put before them, and every one is checked against the shape that the configuration asks for.
 *
 * <p>Closing order: any. Every open model holds the weights, and they are freed when this and all
 * models on it are closed. Thread-safe.
 */
public final class BertBackbone implements AutoCloseable {
  private static final String PREFIX = "bert.";

  private final BertConfig config;
  private final DataType type;
  private final NDManager manager;
  private final Map<String, NDArray> tensors = new HashMap<>();
  private final NDArray firstTypePositions;
  private final HeadMixing mixing;

  /** Open models, and one for this object itself; guarded by this. */
  private int holders = 1;

  private boolean closed;

  private BertBackbone(BertConfig config, SafetensorsFile file, Device device, DataType type) {
    this.config = config;
    this.type = type;
    manager = Torch.newManager(device);
    try {
      String prefix = prefix(file);
      for (TensorShape tensor : BackboneTensors.encoder(config)) {
        tensors.put(tensor.name(), load(file, prefix + tensor.name(), tensor));
      }
      for (TensorShape tensor : BackboneTensors.head(config)) {
        String stored = file.find(tensor.name()) == null ? prefix + tensor.name() : tensor.name();
        TensorInfo info = file.find(stored);
        // A head of another shape is another task's: an encoder does not need it.
        if (info != null && info.shape().equals(tensor.dimensions())) {
          tensors.put(tensor.name(), load(file, stored, tensor));
        }
      }
      firstTypePositions = firstTypePositions();
      mixing = new HeadMixing(manager, config.heads(), config.headSize());
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * Opens a backbone in float32.
   *
   * @throws InvalidModelException when a tensor is missing or of another shape
   */
  public static BertBackbone open(BertConfig config, SafetensorsFile file, Device device) {
    return new BertBackbone(config, file, device, DataType.FLOAT32);
  }

  /**
   * Opens a backbone that computes in float64, from copies of the weights: for checks that float32
   * is too coarse for.
   *
   * @throws InvalidModelException when a tensor is missing or of another shape
   */
  public static BertBackbone openInDoublePrecision(
      BertConfig config, SafetensorsFile file, Device device) {
    return new BertBackbone(config, file, device, DataType.FLOAT64);
  }

  private static String prefix(SafetensorsFile file) {
    if (file.find(BackboneTensors.WORDS) != null) {
      return "";
    }
    if (file.find(PREFIX + BackboneTensors.WORDS) != null) {
      return PREFIX;
    }
    throw new InvalidModelException(
        "%s has no tensor %s: it is not a BERT encoder with Hugging Face tensor names"
            .formatted(file.path(), BackboneTensors.WORDS));
  }

  private NDArray load(SafetensorsFile file, String stored, TensorShape wanted) {
    TensorInfo info = file.info(stored);
    if (!info.shape().equals(wanted.dimensions())) {
      throw new InvalidModelException(
          "%s: tensor %s has shape %s, config.json asks for %s"
              .formatted(file.path(), stored, info.shape(), wanted.dimensions()));
    }
    NDArray array = file.array(manager, stored);
    if (type == DataType.FLOAT32) {
      return array;
    }
    try (array) {
      return array.toType(type, true);
    }
  }

  /** An encoder sees one segment, so the embedding of type 0 is added to every position once. */
  private NDArray firstTypePositions() {
    try (NDArray first = tensor(BackboneTensors.TYPES).get(manager, 0)) {
      return tensor(BackboneTensors.POSITIONS).add(first);
    }
  }

  public BertConfig config() {
    return config;
  }

  /** Where the weights are. */
  public Device device() {
    return manager.getDevice();
  }

  /** The type of all weights, which that of modules must be too. */
  public DataType dataType() {
    return type;
  }

  /** The tensor of that name, read-only; null where the backbone has none. */
  public @Nullable NDArray find(String name) {
    return tensors.get(name);
  }

  /**
   * The tensor of that name, read-only.
   *
   * @throws IllegalArgumentException when the backbone has none
   */
  public NDArray tensor(String name) {
    NDArray tensor = find(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the backbone has no tensor " + name);
    }
    return tensor;
  }

  /** Names of all tensors. */
  public List<String> names() {
    return tensors.keySet().stream().sorted().toList();
  }

  /** Positions with type 0 added, {@code [positions, hidden]}. */
  NDArray withFirstType() {
    return firstTypePositions;
  }

  HeadMixing mixing() {
    return mixing;
  }

  /**
   * Holds the weights for a model.
   *
   * @return a manager on the same device for what the model's calls make; whoever closes it calls
   *     {@link #release} after it
   */
  synchronized NDManager retain() {
    if (closed) {
      throw new IllegalStateException("The backbone has been closed");
    }
    NDManager scope = manager.newSubManager();
    holders++;
    return scope;
  }

  synchronized void release() {
    holders--;
    if (holders == 0) {
      manager.close();
    }
  }

  /** Arrays that live as long as the backbone. */
  int ownedArrays() {
    return manager.getManagedArrays().size();
  }

  /** Frees the weights when no model holds them any more. Idempotent. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      release();
    }
  }
}
