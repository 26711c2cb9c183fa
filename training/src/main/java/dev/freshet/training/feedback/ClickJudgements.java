package dev.freshet.training.feedback;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether clicks speak for new modules.
 *
 * <p>On fresh clicks they must be better, and that must be beyond doubt. Of what earlier clicks say
 * they may lose a little, where fresh ones prove a larger gain: what is served was taught by other
 * clicks on the very pages that judge here, and what is found beyond those was never shown and
 * counts for nothing. Clicks of people who mean harm seldom prove such a gain, unless theirs are
 * most of the fresh ones; then much is forgotten.
 *
 * <p>On queries that are not taught ({@link UntaughtQueries}) a loss is excluded: they are fewer,
 * and gain more where modules have understood what they were taught.
 *
 * @param fresh by clicks after everything that was learned from; null where too few can judge
 * @param untaught by clicks on queries that are not taught; null where too few can judge
 * @param earlier by clicks that judged earlier rounds; null where too few can judge
 */
record ClickJudgements(
    @Nullable ServedComparison fresh,
    @Nullable ServedComparison untaught,
    @Nullable ServedComparison earlier) {
  /** Chance at most of a loss like that where there is none, for it to be sure. */
  private static final double CHANCE = 0.05;

  /** Share that may be lost of what the served modules are worth on earlier clicks. */
  private static final double FORGETTABLE = 0.02;

  /**
   * What follows.
   *
   * @param queries that fresh clicks could judge
   * @param least how many it takes
   */
  Verdict verdict(int queries, int least) {
    return onFresh(queries, least).and(onUntaught()).and(onEarlier());
  }

  private Verdict onFresh(int queries, int least) {
    if (fresh == null) {
      return Verdict.unproven(
          "%d of the held-out queries have a click that counts, it takes %d to judge (gate.least)"
              .formatted(queries, least),
          Map.of());
    }
    Map<String, Double> metrics = fresh.metrics("held out");
    // Where next to nothing changes, most resamples gain nothing: no loss, and no reason to
    // publish.
    return fresh.surelyGained() > 0
        ? Verdict.accepted(metrics)
        : Verdict.unproven(fresh.said("held-out clicks do not prove a gain"), metrics);
  }

  private Verdict onUntaught() {
    if (untaught == null) {
      return Verdict.accepted(Map.of());
    }
    Map<String, Double> metrics = untaught.metrics("untaught");
    if (untaught.surelyGained() >= 0) {
      return Verdict.accepted(metrics);
    }
    String reason = untaught.said("queries that are not taught do not exclude a loss");
    return untaught.isSureLoss() && untaught.comparison().pValue() < CHANCE
        ? Verdict.rejected(reason, metrics)
        : Verdict.unproven(reason, metrics);
  }

  private Verdict onEarlier() {
    if (earlier == null) {
      return Verdict.accepted(Map.of());
    }
    Map<String, Double> metrics = earlier.metrics("earlier");
    double tolerable = FORGETTABLE * earlier.before();
    if (!earlier.isSureLoss()) {
      return earlier.comparison().difference() < -tolerable
          ? Verdict.unproven(earlier.said("it may forget earlier clicks"), metrics)
          : Verdict.accepted(metrics);
    }
    double gained =
        fresh == null || !(fresh.surelyGained() > 0) ? 0 : fresh.comparison().difference();
    if (gained == 0 || earlier.mostLost() >= tolerable) {
      return Verdict.rejected(earlier.said("it forgets earlier clicks"), metrics);
    }
    return -earlier.comparison().difference() >= gained
        ? Verdict.unproven(
            String.format(
                Locale.ROOT,
                "%s, more than the %.3f that is gained",
                earlier.said("it may lose on earlier clicks"),
                gained),
            metrics)
        : Verdict.accepted(metrics);
  }
}
