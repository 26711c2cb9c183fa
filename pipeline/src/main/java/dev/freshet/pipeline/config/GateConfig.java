package dev.freshet.pipeline.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How tuned modules are judged before they are served.
 *
 * @param heldOut share of the interactions that a round does not learn from and is judged by, the
 *     newest; above 0 and below 1
 * @param least queries with a click that it takes to judge, to change what a list counts, and to
 *     say that clicks mean nothing
 * @param pool documents that the judges search in, beside those that were shown
 * @param golden folder of queries with known answers that no round may make worse, in BEIR's
 *     layout, or null for none
 */
public record GateConfig(double heldOut, int least, int pool, @Nullable Path golden) {

  public GateConfig {
    Check.require(heldOut > 0 && heldOut < 1, "heldOut must be above 0 and below 1", heldOut);
    Check.between("least", least, 1, 1_000_000);
    Check.between("pool", pool, 1, 10_000_000);
  }

  /** The newest fifth of the interactions judges. */
  public static GateConfig defaults() {
    return new GateConfig(0.2, 20, 1_000, null);
  }
}
