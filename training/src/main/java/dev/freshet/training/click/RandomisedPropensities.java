package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.List;

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
 * <p>A ratio is believed as far as clicks support it: one randomised page among thousands shows a
 * click or none at a position, and neither is its rate. So beside it stands what {@link
 * PositionBasedEm} makes of the whole log, as if {@value #BELIEF} clicks had said so:
 *
 * <pre>
 * examination = (support · ratio + BELIEF · em) / (support + BELIEF)
 * 1 / support = 1 / expected clicks there + 1 / clicks at the first
 * </pre>
 *
 * <p>Expected are the clicks that the documents at a position would have had at the first: that
 * does not depend on how many there were, which is what is asked. The variance of a ratio of two
 * counts, relative to it, is about one over that support. Weighted impressions count as many as
 * there would be with equal weights and the same variance, {@code (Σw)² / Σw²} (Kish, <i>Survey
 * sampling</i>, 1965). A position that was never randomised has no support, and is what the
 * position-based model says; with hundreds of clicks that model hardly counts.
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

  /** Clicks that what is believed without randomisation counts for, at each position. */
  private static final int BELIEF = 20;

  /** Weighted clicks and impressions, by position. */
  private static final class Rates {
    private final double[] clicks;
    private final double[] shown;
    private final double[] squares;

    private Rates(int positions) {
      clicks = new double[positions + 1];
      shown = new double[positions + 1];
      squares = new double[positions + 1];
    }

    private void add(int position, double weight, boolean clicked) {
      shown[position] += weight;
      squares[position] += weight * weight;
      clicks[position] += clicked ? weight : 0;
    }

    /** As many impressions of equal weight would say as much; 0 where there are none. */
    private double effective(int position) {
      double sum = shown[position];
      return sum > 0 ? sum * sum / squares[position] : 0;
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
   * @param log of any size, also empty
   * @return by position, 1 for the first, at most 1; where nothing was randomised, or nothing was
   *     clicked at the first position, that of {@link PositionBasedEm}
   */
  public static ExaminationCurve estimate(ClickLog log) {
    RandomisedPropensities propensities = new RandomisedPropensities(log.positions());
    for (Impression impression : log.impressions()) {
      propensities.add(impression);
    }
    ExaminationCurve believed = PositionBasedEm.fit(log, EmSettings.defaults()).examination();
    List<Double> curve = new ArrayList<>(List.of(1.0));
    for (int position = 2; position <= log.positions(); position++) {
      curve.add(propensities.examination(position, believed.at(position)));
    }
    return new ExaminationCurve(curve);
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

  private double examination(int position, double believed) {
    double support = support(position);
    double seen = support > 0 ? support * there.rate(position) / first.rate(position) : 0;
    double mean = (seen + BELIEF * believed) / (support + BELIEF);
    return Math.min(1, Math.max(LEAST, mean));
  }

  /** Clicks that the ratio of a position rests on. */
  private double support(int position) {
    double expected = there.effective(position) * first.rate(position);
    double clicked = first.effective(position) * first.rate(position);
    return expected > 0 && clicked > 0 ? 1 / (1 / expected + 1 / clicked) : 0;
  }
}
