package dev.freshet.pipeline.config;

import java.time.Duration;
import java.util.Locale;

/**
 * The tune job: what counts as an interaction, and when a round begins.
 *
 * @param start what a round begins with: {@code served} for the modules that are served, {@code
 *     anew} for new ones; {@code never} for no rounds
 * @param every a round begins after so many interactions
 * @param interval or after so long, whichever comes first
 * @param least but never with fewer interactions than these
 * @param attributionWindow how long after a search its clicks count
 * @param lateness how long after they happened events may arrive and still count
 * @param perClient searches of one client that count in an hour; more is a flood
 * @param replay interactions of earlier rounds that are kept, against forgetting
 * @param checkpointInterval time from one checkpoint of the job to the next
 */
public record TuneConfig(
    Start start,
    int every,
    Duration interval,
    int least,
    Duration attributionWindow,
    Duration lateness,
    int perClient,
    int replay,
    Duration checkpointInterval) {

  /** What a round begins with. */
  public enum Start {
    SERVED,
    ANEW,
    NEVER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public TuneConfig {
    Check.between("every", every, 1, 10_000_000);
    Check.between("interval", interval, Duration.ofSeconds(1), Duration.ofDays(366));
    Check.between("least", least, 1, every);
    Check.between(
        "attributionWindow", attributionWindow, Duration.ofMillis(100), Duration.ofDays(7));
    Check.between("lateness", lateness, Duration.ZERO, Duration.ofDays(7));
    Check.between("perClient", perClient, 1, Integer.MAX_VALUE);
    Check.between("replay", replay, 0, 10_000_000);
    // Flink refuses shorter ones, with a message that names another setting.
    Check.atLeast("checkpointInterval", checkpointInterval, Duration.ofMillis(10));
  }

  /** A round every 2,000 searches or hour, but not with fewer than 500. */
  public static TuneConfig defaults() {
    return new TuneConfig(
        Start.SERVED,
        2_000,
        Duration.ofHours(1),
        500,
        Duration.ofMinutes(10),
        Duration.ofSeconds(30),
        200,
        50_000,
        Duration.ofSeconds(30));
  }

  /** The same, beginning its rounds with something else. */
  public TuneConfig withStart(Start other) {
    return new TuneConfig(
        other,
        every,
        interval,
        least,
        attributionWindow,
        lateness,
        perClient,
        replay,
        checkpointInterval);
  }
}
