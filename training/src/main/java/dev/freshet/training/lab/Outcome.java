package dev.freshet.training.lab;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param status whether all its steps were taken
 * @param reason why not; null where they were
 */
public record Outcome(Status status, @Nullable String reason) {
  /** Whether a run came to its end. */
  public enum Status {
    /** All steps that were planned, or an early stop that was planned, too. */
    @JsonProperty("finished")
    FINISHED,

    /** The numbers left what training can go on from. */
    @JsonProperty("diverged")
    DIVERGED
  }

  public Outcome {
    if ((status == Status.DIVERGED) != (reason != null)) {
      throw new IllegalArgumentException(
          "a run that diverged needs a reason, and only it: was %s, %s".formatted(status, reason));
    }
  }

  public static Outcome finished() {
    return new Outcome(Status.FINISHED, null);
  }

  /**
   * @param reason a sentence for people
   */
  public static Outcome diverged(String reason) {
    return new Outcome(Status.DIVERGED, reason);
  }

  @JsonIgnore
  public boolean isFinished() {
    return status == Status.FINISHED;
  }
}
