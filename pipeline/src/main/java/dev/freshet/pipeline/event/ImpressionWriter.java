package dev.freshet.pipeline.event;

/** Where impressions go. Thread-safe. */
@FunctionalInterface
public interface ImpressionWriter {

  /**
   * Writes an impression in the background. Returns at once and never throws: a search neither
   * waits for its impression nor fails with it. What cannot be written is lost, and counted.
   */
  void write(Impression impression);
}
