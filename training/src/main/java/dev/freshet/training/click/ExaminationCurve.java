package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.List;

/**
 * How likely the document at a position is examined, relative to the first: the propensity of a
 * click to be seen at all. Immutable and thread-safe.
 *
 * <p>Only products of examination and attractiveness can be seen in a log, so both are known but
 * for a factor; this one is chosen so that the first position has 1. Lower positions are assumed
 * not to be examined more often.
 *
 * @param byPosition above 0 and at most 1, the first is 1; what comes below the last is examined as
 *     the last is
 */
public record ExaminationCurve(List<Double> byPosition) {
  /**
   * @throws IllegalArgumentException when it is empty, the first is not 1, or one is out of range
   */
  public ExaminationCurve {
    byPosition = Probabilities.requireSome("examination", byPosition);
    if (byPosition.get(0) != 1) {
      throw new IllegalArgumentException(
          "examination of the first position must be 1, was " + byPosition.get(0));
    }
    if (byPosition.contains(0.0)) {
      throw new IllegalArgumentException("examination must be above 0, was " + byPosition);
    }
  }

  /**
   * The power law {@code rank^-eta}: 0 for users who look at everything, 1 for the usual ones.
   *
   * @param positions at least 1
   * @param eta 0 or more
   */
  public static ExaminationCurve power(int positions, double eta) {
    if (!(eta >= 0) || Double.isInfinite(eta)) {
      throw new IllegalArgumentException("eta must be at least 0, was " + eta);
    }
    List<Double> curve = new ArrayList<>();
    for (int position = 1; position <= positions; position++) {
      curve.add(Math.max(Double.MIN_NORMAL, Math.pow(position, -eta)));
    }
    return new ExaminationCurve(curve);
  }

  /** Number of positions that have a value of their own. */
  public int positions() {
    return byPosition.size();
  }

  /**
   * @param position from 1
   */
  public double at(int position) {
    return byPosition.get(Math.min(position, byPosition.size()) - 1);
  }

  /**
   * What a click counts, so that each document counts as if it were always examined: one over its
   * propensity, but not more than a bound, which trades a little bias for much variance (Joachims
   * et al., WSDM 2017, section 4).
   *
   * @param position from 1
   * @param most at least 1
   */
  public double weight(int position, double most) {
    return Math.min(most, 1 / at(position));
  }
}
