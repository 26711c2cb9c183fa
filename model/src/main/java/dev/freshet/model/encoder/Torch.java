package dev.freshet.model.encoder;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;

/**
 * The one way to the tensor engine: sets what must be set before the engine loads, then starts it.
 *
 * <p>Thread-safe. An operator is computed by the thread that calls it: torch's own thread pool is
 * switched off, because on busy processors it collapses, while callers that are parallel scale.
 */
public final class Torch {
  private static final String ENGINE = "PyTorch";

  /** What a device may be called. */
  static final String DEVICES = "cpu|auto|gpu:\\d{1,4}";

  private Torch() {}

  /** Starts the engine on first use: no telemetry, no downloads, one thread an operator. */
  public static Engine engine() {
    return Holder.ENGINE_INSTANCE;
  }

  /** Sets the properties that every native part of the engine reads when it loads. */
  static void prepare() {
    setUnlessGiven("OPT_OUT_TRACKING", "true");
    setUnlessGiven("ai.djl.offline", "true");
    setUnlessGiven("ai.djl.pytorch.num_interop_threads", "1");
    setUnlessGiven("ai.djl.pytorch.num_threads", "1");
  }

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * A new root manager; whoever asks for it closes it.
   *
   * @throws IllegalStateException when the device is not there
   */
  public static NDManager newManager(Device device) {
    return engine().newBaseManager(device);
  }

  /**
   * An array in memory of the engine's own. A product takes another way, and rounds otherwise,
   * where its operands do not begin at a multiple of 64 bytes; the engine's do, while Java's
   * buffers begin anywhere, so that equal calls would not always give equal bytes.
   *
   * @param manager owns the array
   */
  public static NDArray create(NDManager manager, float[] values, Shape shape) {
    try (NDArray anywhere = manager.create(values, shape)) {
      return anywhere.duplicate();
    }
  }

  /**
   * The device for a name of {@link EncoderSettings#device()}.
   *
   * @throws IllegalArgumentException when it is no such name
   * @throws IllegalStateException when a GPU is asked for that this engine cannot reach
   */
  public static Device device(String name) {
    if (!name.matches(DEVICES)) {
      throw new IllegalArgumentException("device must be cpu, gpu:N or auto, was " + name);
    }
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    boolean cuda = engine().hasCapability(StandardCapabilities.CUDA);
    int gpus = cuda ? engine().getGpuCount() : 0;
    if (name.equals("auto")) {
      return gpus > 0 ? Device.gpu(0) : Device.cpu();
    }
    int index = Integer.parseInt(name.substring(name.indexOf(':') + 1));
    if (!cuda) {
      throw new IllegalStateException(
          ("Device %s needs a CUDA build of libtorch %s, but the one that is loaded has none: point"
                  + " PYTORCH_LIBRARY_PATH at a CUDA build, or set device to cpu or auto")
              .formatted(name, engine().getVersion()));
    }
    if (index >= gpus) {
      throw new IllegalStateException(
          "Device %s does not exist, this machine shows %d GPUs: set device to cpu or auto"
              .formatted(name, gpus));
    }
    return Device.gpu(index);
  }

  private static final class Holder {
    static final Engine ENGINE_INSTANCE = start();

    private static Engine start() {
      prepare();
      Engine engine = Engine.getEngine(ENGINE);
      // Again, for an engine that somebody else in this JVM had started before.
      JniUtils.setNumThreads(1);
      return engine;
    }
  }
}
