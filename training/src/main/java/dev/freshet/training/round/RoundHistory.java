package dev.freshet.training.round;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a round has seen so far.
 *
 * @param steps taken
 * @param losses a row for every few steps
 * @param qualities a row for every look at the held-out part, the first before any step
 * @param cpuSeconds of the training thread, without the looks and what listeners do
 * @param wallSeconds likewise on the clock
 */
public record RoundHistory(
    @JsonProperty long steps,
    @JsonProperty List<Loss> losses,
    @JsonProperty List<Quality> qualities,
    @JsonProperty double cpuSeconds,
    @JsonProperty double wallSeconds) {
  /**
   * A row of the loss curve.
   *
   * @param step the last of the row, counted from 1
   * @param cpuSeconds until then
   * @param loss mean over the row
   */
  public record Loss(
      @JsonProperty long step, @JsonProperty double cpuSeconds, @JsonProperty double loss) {}

  /**
   * A look at the held-out part.
   *
   * @param step after which it was taken; 0 before the first
   * @param cpuSeconds of training until then
   * @param value the higher the better
   */
  public record Quality(
      @JsonProperty long step, @JsonProperty double cpuSeconds, @JsonProperty double value) {}

  public RoundHistory {
    losses = List.copyOf(losses);
    qualities = List.copyOf(qualities);
  }

  static final RoundHistory EMPTY = new RoundHistory(0, List.of(), List.of(), 0, 0);

  /** The last look; null where nobody looked. */
  @Nullable Quality last() {
    return qualities.isEmpty() ? null : qualities.get(qualities.size() - 1);
  }

  /** Looks after the best one; 0 where nobody looked. */
  int looksSinceBest() {
    Quality best = best();
    return best == null ? 0 : qualities.size() - 1 - qualities.indexOf(best);
  }

  /** The best look, the earliest of equal ones; null where nobody looked. */
  public @Nullable Quality best() {
    Quality best = null;
    for (Quality quality : qualities) {
      if (best == null || quality.value() > best.value()) {
        best = quality;
      }
    }
    return best;
  }
}
