package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Examination from randomised positions: where chance alone decided whether a document was shown at
 * a position or at the first, the ratio of its click rates there is that of examination, whatever
 * its relevance.
 *
 * <p>Each slot counts by one over the probability with which its {@link PagePolicy} put the
 * document there, so policies and shares may change within a log, and pages that were left in order
 * count for what they say. For each position those documents are compared that could have been
 * there and first.
 *
 * <p>Source: Joachims, Swaminathan and Schnabel, <i>Unbiased learning-to-rank with biased
 * feedback</i>, WSDM 2017, section 5; Wang et al., WSDM 2018, section 3; for weighting by
 * assignment probabilities Agarwal et al., <i>Estimating position bias without intrusive
 * interventions</i>, WSDM 2019. Assumed: examination depends on the position alone. Users who click
 * at random pull the curve towards 1.
 */
public final class RandomisedPropensities {
  /** Below this a curve is not believed: where nothing was clicked, something might have been. */
  private static final double LEAST = 1e-3;

  /** Weighted clicks and impressions, by position. */
  private static final class Rates {
    private final double[] clicks;
    private final double[] shown;

    private Rates(int positions) {
      clicks = new double[positions + 1];
      shown = new double[positions + 1];
    }

    private void add(int position, double weight, boolean clicked) {
      shown[position] += weight;
      clicks[position] += clicked ? weight : 0;
    }

    private double rate(int position) {
      return shown[position] > 0 ? clicks[position] / shown[position] : 0;
    }
  }

  /** Documents that could have been first, where they were shown. */
  private final Rates there;

  /** Documents at the first position, by the positions where they could have been instead. */
  private final Rates first;

  private RandomisedPropensities(int positions) {
    there = new Rates(positions);
    first = new Rates(positions);
  }

  /**
   * Estimates on the calling thread; linear in the log.
   *
   * @return by position, 1 for the first, at most 1; a position that was not randomised, or whose
   *     documents were never clicked at the first, has the value of the one above. Empty when that
   *     is so for all, so that there is nothing to go by
   */
  public static Optional<ExaminationCurve> estimate(ClickLog log) {
    RandomisedPropensities propensities = new RandomisedPropensities(log.positions());
    for (Impression impression : log.impressions()) {
      propensities.add(impression);
    }
    return propensities.curve(log.positions());
  }

  private void add(Impression impression) {
    Page page = impression.page();
    for (int position = 1; position <= page.size(); position++) {
      if (page.isFromBelow(position)) {
        continue; // it could not have been first
      }
      int rank = page.slot(position).rank();
      double weight = 1 / page.probability(position);
      boolean clicked = impression.isClicked(position);
      if (position > 1 && page.policy().probability(rank, 1, page.size()) > 0) {
        there.add(position, weight, clicked);
      }
      for (int other = 2; position == 1 && other <= page.size(); other++) {
        if (page.policy().probability(rank, other, page.size()) > 0) {
          first.add(other, weight, clicked);
        }
      }
    }
  }

  private Optional<ExaminationCurve> curve(int positions) {
    List<Double> curve = new ArrayList<>(List.of(1.0));
    boolean known = false;
    for (int position = 2; position <= positions; position++) {
      double above = curve.get(position - 2);
      if (there.shown[position] > 0 && first.rate(position) > 0) {
        known = true;
        double ratio = there.rate(position) / first.rate(position);
        curve.add(Math.min(1, Math.max(LEAST, ratio)));
      } else {
        curve.add(above);
      }
    }
    return known ? Optional.of(new ExaminationCurve(curve)) : Optional.empty();
  }
}
