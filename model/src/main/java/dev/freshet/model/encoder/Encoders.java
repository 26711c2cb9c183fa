package dev.freshet.model.encoder;

import dev.freshet.model.checkpoint.InvalidModelException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Lends encoders. Equal settings share one model and one batcher in a JVM; the model is freed with
 * the last handle on it. Thread-safe.
 */
public final class Encoders {
  /** Guarded by the class's monitor. */
  private static final Map<EncoderSettings, Entry> ENTRIES = new HashMap<>();

  private Encoders() {}

  private static final class Entry {
    private final SharedEncoder shared;
    private int handles;

    Entry(SharedEncoder shared) {
      this.shared = shared;
    }
  }

  /**
   * Loads the model, or takes a handle on the one that is loaded.
   *
   * @throws InvalidModelException when the model folder cannot be used
   * @throws IllegalArgumentException when the settings ask for more than the model has
   * @throws IllegalStateException when the device is not there
   */
  public static synchronized Encoder acquire(EncoderSettings settings) {
    Path model = settings.model();
    Path folder = model == null ? SeededBackbone.builtIn() : model.toAbsolutePath().normalize();
    EncoderSettings key = settings.withModel(folder);
    Entry entry = ENTRIES.get(key);
    if (entry == null) {
      entry = new Entry(new SharedEncoder(ModelFolder.read(folder), settings));
      ENTRIES.put(key, entry);
    }
    entry.handles++;
    return new EncoderHandle(entry.shared, () -> release(key));
  }

  /**
   * What the batcher behind a handle has done, counted over all handles that share it.
   *
   * @throws IllegalArgumentException when the encoder does not come from {@link #acquire}
   */
  public static BatchStatistics statistics(Encoder encoder) {
    if (encoder instanceof EncoderHandle handle) {
      return handle.statistics();
    }
    throw new IllegalArgumentException("not an encoder of this class: " + encoder.getClass());
  }

  private static void release(EncoderSettings key) {
    SharedEncoder unused = null;
    synchronized (Encoders.class) {
      Entry entry = ENTRIES.get(key);
      if (entry == null) {
        throw new IllegalStateException("more handles closed than given out");
      }
      entry.handles--;
      if (entry.handles == 0) {
        ENTRIES.remove(key);
        unused = entry.shared;
      }
    }
    if (unused != null) {
      unused.close(); // outside of the monitor: it waits for batches that are being computed
    }
  }
}
