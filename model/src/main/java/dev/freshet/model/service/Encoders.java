package dev.freshet.model.service;

import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.BuiltInBackbone;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncoderSettings;
import java.nio.file.Path;

/**
 * Lends encoders. All that run the same model folder on the same device, with equal threads,
 * batchTokens and batchWait, share one backbone, one tokenizer and one batcher; all of one module
 * checkpoint share its modules. Each is freed with the last handle on it, while others go on.
 * Thread-safe.
 */
public final class Encoders {
  private static final Leases<SharedBackbone.Key, SharedBackbone> BACKBONES =
      new Leases<>(SharedBackbone::close);

  private static volatile double refreshShare = 1;

  private Encoders() {}

  /** Share of the encoding threads' time that generations which are being built may take. */
  public static double refreshShare() {
    return refreshShare;
  }

  /**
   * Changes the share, for all encoders of this JVM and at once. What people wait for, queries and
   * documents of the served generation, goes first whatever it is.
   *
   * @param share above 0 and at most 1, which takes what the others leave
   * @throws IllegalArgumentException when it is another number
   */
  public static void refreshShare(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "the refresh's share must be above 0 and at most 1, was " + share);
    }
    refreshShare = share;
  }

  /**
   * An encoder for one side: loads what is not loaded yet. Both sides cut and tokenise alike; the
   * modules may be different ones.
   *
   * @throws InvalidModelException when the model folder or the module checkpoint cannot be used
   * @throws IllegalArgumentException when the settings ask for more than the model has
   * @throws IllegalStateException when the device is not there
   */
  public static Encoder acquire(EncoderSettings settings, Side side) {
    return lend(settings, side);
  }

  /**
   * An encoder for both sides at once; its fingerprint is that of the document side.
   *
   * @throws InvalidModelException when the model folder or the module checkpoint cannot be used
   * @throws IllegalArgumentException when the settings ask for more than the model has, or the
   *     modules of the two sides are different
   * @throws IllegalStateException when the device is not there
   */
  public static Encoder acquire(EncoderSettings settings) {
    EncoderHandle handle = lend(settings, Side.DOCUMENT);
    if (!handle.isForBothSides()) {
      handle.close();
      throw new IllegalArgumentException(
          "modules %s are different for queries and documents: acquire one side"
              .formatted(settings.modules()));
    }
    return handle;
  }

  private static EncoderHandle lend(EncoderSettings settings, Side side) {
    Path model = settings.model();
    Path folder = model == null ? BuiltInBackbone.folder() : model;
    SharedBackbone.Key key = SharedBackbone.Key.of(folder, settings);
    SharedBackbone backbone = BACKBONES.acquire(key, () -> new SharedBackbone(key));
    try {
      return backbone.lend(settings, side, () -> BACKBONES.release(key));
    } catch (RuntimeException | Error e) {
      BACKBONES.release(key);
      throw e;
    }
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
}
