package dev.freshet.pipeline.conduct;

import org.jspecify.annotations.Nullable;

/** Flink does not answer, or refuses; the message names the URL and says why. */
final class FlinkRestException extends IllegalStateException {
  private final int status;

  FlinkRestException(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** Whether the job that was asked for is not there, or not any more. */
  boolean saysGone() {
    return status == 404 || status == 409;
  }
}
