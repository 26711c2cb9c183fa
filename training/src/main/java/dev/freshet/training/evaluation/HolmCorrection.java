package dev.freshet.training.evaluation;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who compares often finds something by chance. Of p-values that were looked at together, the
 * corrected ones below a threshold are all true with at least that confidence.
 *
 * <p>Source: Holm, <i>A simple sequentially rejective multiple test procedure</i>, 1979.
 */
public final class HolmCorrection {
  private HolmCorrection() {}

  /**
   * @param pValues in any order
   * @return the corrected ones in the same order, none smaller than it was, at most 1
   */
  public static double[] of(double[] pValues) {
    List<Integer> ascending =
        IntStream.range(0, pValues.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> pValues[i]))
            .toList();
    double[] corrected = new double[pValues.length];
    double highest = 0;
    for (int rank = 0; rank < pValues.length; rank++) {
      int i = ascending.get(rank);
      highest = Math.max(highest, Math.min(1, (pValues.length - rank) * pValues[i]));
      corrected[i] = highest;
    }
    return corrected;
  }
}
