package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The position-based click model fitted without randomisation: examination of each position, and
 * attractiveness of each pair of query and document. Immutable and thread-safe.
 *
 * <p>Source: Wang et al., <i>Position bias estimation for unbiased learning to rank in personal
 * search</i>, WSDM 2018, section 4.1, and Chuklin, Markov and de Rijke, <i>Click models for web
 * search</i>, 2015, chapter 4. Where they fit an attractiveness to each pair, here it has a prior
 * that is estimated with the rest (empirical Bayes): a distribution over {@value #LEVELS} levels,
 * of whatever form makes the log most likely. So a pair that was shown once does not count as
 * known.
 *
 * <p>Assumed: the prior does not depend on the rank. That holds where documents have been shown at
 * several positions, by randomisation or because rankings changed; where each stayed where it was,
 * examination also takes in that better documents stand higher, and falls too fast. Then {@link
 * RelevanceMixture} knows better if pairs were shown three times and more, and {@link
 * RandomisedPropensities} in any case.
 *
 * @param examination relative to the first position, as is attractiveness
 * @param estimates one for each pair that was shown, in the order of the log
 * @param report how the estimation ended
 */
public record PositionBasedEm(
    ExaminationCurve examination, List<Estimate> estimates, EmReport report) {
  private static final int LEVELS = 8;

  /** The levels go up by equal factors: small rates are told apart as well. */
  private static final double LOWEST = 0.01;

  private static final double HIGHEST = 0.98;

  /**
   * A pair.
   *
   * @param attractiveness mean of its posterior: probability of a click at the first position
   * @param impressions how often it was shown
   * @param clicks in how many of them it was clicked
   */
  public record Estimate(
      String queryId, String documentId, double attractiveness, int impressions, int clicks) {}

  public PositionBasedEm {
    estimates = List.copyOf(estimates);
  }

  /**
   * Estimates on the calling thread.
   *
   * @param log of any size, also empty
   */
  public static PositionBasedEm fit(ClickLog log, EmSettings settings) {
    ClickTable table = new ClickTable(log, Browsing.POSITION);
    if (table.pairs.length == 0) {
      return new PositionBasedEm(ExaminationCurve.power(1, 0), List.of(), new EmReport(0, true, 0));
    }
    double[] prior = new double[LEVELS];
    Arrays.fill(prior, 1.0 / LEVELS);
    LatentClassEm em =
        new LatentClassEm(table, new int[table.pairs.length], levels(), prior, false, 0, 0);
    EmReport report = em.run(settings);
    List<Estimate> estimates = new ArrayList<>(table.pairs.length);
    for (int pair = 0; pair < table.pairs.length; pair++) {
      estimates.add(
          new Estimate(
              table.pairs[pair].queryId(),
              table.pairs[pair].documentId(),
              attractiveness(em, pair),
              table.impressions(pair),
              table.clicks(pair)));
    }
    return new PositionBasedEm(em.curve(), estimates, report);
  }

  private static double[] levels() {
    double[] levels = new double[LEVELS];
    double factor = Math.pow(HIGHEST / LOWEST, 1.0 / (LEVELS - 1));
    Arrays.setAll(levels, level -> LOWEST * Math.pow(factor, level));
    return levels;
  }

  private static double attractiveness(LatentClassEm em, int pair) {
    double[] levels = em.rates();
    double mean = 0;
    for (int level = 0; level < levels.length; level++) {
      mean += em.posterior(pair, level) * levels[level];
    }
    return mean;
  }
}
