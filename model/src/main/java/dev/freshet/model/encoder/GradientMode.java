package dev.freshet.model.encoder;

import ai.djl.pytorch.jni.JniUtils;

/**
 * Decides, for the thread that opens it and until it is closed, whether the engine records what is
 * computed. A backward pass needs the record. Without one trainable arrays may be changed in place,
 * and nothing is kept for a backward pass that never comes.
 */
public final class GradientMode implements AutoCloseable {
  private final boolean before;

  private GradientMode(boolean before) {
    this.before = before;
  }

  /** Nothing is recorded for this thread until the result is closed, by the same thread. */
  public static GradientMode off() {
    return set(false);
  }

  /**
   * What is computed is recorded for this thread until the result is closed, by the same thread.
   */
  public static GradientMode on() {
    return set(true);
  }

  private static GradientMode set(boolean record) {
    GradientMode mode = new GradientMode(JniUtils.isGradMode());
    JniUtils.setGradMode(record);
    return mode;
  }

  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
