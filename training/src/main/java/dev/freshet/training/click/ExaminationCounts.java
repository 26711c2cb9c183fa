package dev.freshet.training.click;

import java.util.Arrays;

/**
 * What an expectation leaves of a log: how often documents of each class are expected to have been
 * shown and clicked in each situation. Not thread-safe.
 */
final class ExaminationCounts {
  /**
   * A situation counts as if it had come this often more, like the mean of its position: those that
   * hardly ever come say little by themselves.
   */
  private static final double SHOWN_ALIKE = 10;

  /** Where half of all that is shown is clicked by chance, there is little to tell. */
  private static final double MOST_STRAY = 0.5;

  private final ClickTable table;
  private final int classes;

  /** {@code [situations, classes]}. */
  private final double[][] shown;

  /** {@code [situations, classes]}. */
  private final double[][] clicked;

  ExaminationCounts(ClickTable table, int classes) {
    this.table = table;
    this.classes = classes;
    shown = new double[table.cells()][classes];
    clicked = new double[table.cells()][classes];
  }

  /**
   * @param posterior probability of each class
   */
  void add(int pair, double[] posterior) {
    for (int i = table.start[pair]; i < table.start[pair + 1]; i++) {
      double[] shownHere = shown[table.cell[i]];
      double[] clickedHere = clicked[table.cell[i]];
      for (int g = 0; g < classes; g++) {
        shownHere[g] += posterior[g] * table.shown[i];
        clickedHere[g] += posterior[g] * table.clicked[i];
      }
    }
  }

  /**
   * Improves examination, rates and the probability of stray clicks. A click was examined and
   * attracted, or it was stray; of the skips some were examined and did not attract, some attracted
   * and were not examined, in the shares that the parameters so far say.
   *
   * @param examination by situation; the first stays 1
   * @param rates by class; unchanged unless {@code ratesAreFree}
   * @param stray probability of a click whatever is there; 0 stays 0
   * @return that probability, improved
   */
  double maximise(double[] examination, double[] rates, boolean ratesAreFree, double stray) {
    double[] examined = new double[table.cells()];
    double[] all = new double[table.cells()];
    double[] attracted = new double[classes];
    double[] allOfClass = new double[classes];
    double strays = 0;
    for (int cell = 0; cell < table.cells(); cell++) {
      for (int g = 0; g < classes; g++) {
        double e = examination[cell];
        double r = rates[g];
        double clicks = clicked[cell][g] / (stray + (1 - stray) * e * r);
        double skips = (shown[cell][g] - clicked[cell][g]) / (1 - e * r);
        examined[cell] += clicks * e * (r + stray * (1 - r)) + skips * e * (1 - r);
        attracted[g] += clicks * r * (e + stray * (1 - e)) + skips * r * (1 - e);
        strays += clicks * stray;
        all[cell] += shown[cell][g];
        allOfClass[g] += shown[cell][g];
      }
    }
    double[] ofPosition = meanByPosition(examined, all);
    for (int cell = 1; cell < table.cells(); cell++) {
      double alike = SHOWN_ALIKE * ofPosition[table.positionOf[cell]];
      examination[cell] = within((examined[cell] + alike) / (all[cell] + SHOWN_ALIKE), 1);
    }
    for (int g = 0; g < classes && ratesAreFree; g++) {
      if (allOfClass[g] > 0) {
        rates[g] = within(attracted[g] / allOfClass[g], 1 - LatentClassEm.LEAST);
      }
    }
    return Math.min(MOST_STRAY, strays / Arrays.stream(all).sum());
  }

  private double[] meanByPosition(double[] examined, double[] all) {
    double[] mean = new double[table.positions + 1];
    double[] counted = new double[mean.length];
    for (int cell = 0; cell < table.cells(); cell++) {
      mean[table.positionOf[cell]] += examined[cell];
      counted[table.positionOf[cell]] += all[cell];
    }
    for (int position = 1; position < mean.length; position++) {
      mean[position] /= counted[position];
    }
    return mean;
  }

  private static double within(double value, double most) {
    return Math.min(most, Math.max(LatentClassEm.LEAST, value));
  }
}
