package dev.freshet.training.click;

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
   * Improves examination and rates. A click was examined and attracted; of the skips some were
   * examined and did not attract, some attracted and were not examined, in the shares that the
   * parameters so far say.
   *
   * @param examination by situation; the first stays 1
   * @param rates by class; unchanged unless {@code ratesAreFree}
   */
  void maximise(double[] examination, double[] rates, boolean ratesAreFree) {
    double[] examined = new double[table.cells()];
    double[] all = new double[table.cells()];
    double[] attracted = new double[classes];
    double[] allOfClass = new double[classes];
    for (int cell = 0; cell < table.cells(); cell++) {
      for (int g = 0; g < classes; g++) {
        double skips = shown[cell][g] - clicked[cell][g];
        double skip = 1 - examination[cell] * rates[g];
        examined[cell] += clicked[cell][g] + skips * examination[cell] * (1 - rates[g]) / skip;
        attracted[g] += clicked[cell][g] + skips * rates[g] * (1 - examination[cell]) / skip;
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
