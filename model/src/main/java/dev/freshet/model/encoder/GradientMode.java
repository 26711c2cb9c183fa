package dev.freshet.model.encoder;

import ai.djl.pytorch.jni.JniUtils;

/**
 * Switches off, for the thread that opens it and until it is closed, that the engine records what
 * is computed. Without a record trainable arrays may be changed in place, and nothing is kept for a
 * backward pass that never comes.
 */
public final class GradientMode implements AutoCloseable {
  private final boolean before;

  private GradientMode(boolean before) {
    this.before = before;
  }

  /** Gradients are off for this thread until the result is closed, by the same thread. */
  public static GradientMode off() {
    GradientMode mode = new GradientMode(JniUtils.isGradMode());
    JniUtils.setGradMode(false);
    return mode;
  }

  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
