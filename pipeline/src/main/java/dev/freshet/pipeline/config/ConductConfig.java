package dev.freshet.pipeline.config;

import java.time.Duration;

/**
 * The conductor.
 *
 * @param interval time from one look at generations, jobs and nodes to the next
 * @param keep generations that were served before and are kept for a rollback
 * @param keepFor how long at most; at most 36,500 days
 */
public record ConductConfig(Duration interval, int keep, Duration keepFor) {

  public ConductConfig {
    Check.between("interval", interval, Duration.ofMillis(10), Duration.ofHours(1));
    Check.between("keep", keep, 0, 100);
    Check.between("keepFor", keepFor, Duration.ZERO, Duration.ofDays(36_500));
  }

  /** Two looks a second; the generation before is kept for a week. */
  public static ConductConfig defaults() {
    return new ConductConfig(Duration.ofMillis(500), 1, Duration.ofDays(7));
  }
}
