package dev.freshet.training.lab;

import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.sampling.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Measures the loss on a plane of two random directions, each filter-normalised: every row of a
 * weight is as long as the weight's own row, and biases do not move (Li et al., NeurIPS 2018, arXiv
 * 1712.09913, section 4).
 */
final class LossPlane {
  /** Places to each side of the centre. */
  private static final int PLACES = 4;

  private LossPlane() {}

  /**
   * @param parameters come back to where they are
   * @param objective its first examples are those whose loss is measured
   */
  static Landscape around(Parameters parameters, RoundObjective objective, long seed) {
    Parameters.Vector centre = parameters.point();
    List<Integer> rows = parameters.rowLengths();
    Parameters.Vector first = direction(centre, rows, Seeds.random(seed, 1));
    Parameters.Vector second = direction(centre, rows, Seeds.random(seed, 2));
    double[] places = new double[2 * PLACES + 1];
    for (int i = 0; i < places.length; i++) {
      places[i] = (i - PLACES) / (double) PLACES;
    }
    double[][] loss = new double[places.length][places.length];
    for (int i = 0; i < places.length; i++) {
      for (int j = 0; j < places.length; j++) {
        parameters.moveTo(centre.plus(first, places[i]).plus(second, places[j]));
        loss[i][j] = objective.loss(0);
      }
    }
    parameters.moveTo(centre);
    return Landscape.of(places, places, loss, objective.loss(0));
  }

  private static Parameters.Vector direction(
      Parameters.Vector point, List<Integer> rowLengths, Random random) {
    List<float[]> direction = new ArrayList<>();
    for (int i = 0; i < rowLengths.size(); i++) {
      float[] weights = point.tensors().get(i);
      float[] drawn = new float[weights.length];
      int length = rowLengths.get(i);
      for (int from = 0; length > 0 && from < weights.length; from += length) {
        drawRow(weights, drawn, from, length, random);
      }
      direction.add(drawn);
    }
    return new Parameters.Vector(direction);
  }

  private static void drawRow(float[] weights, float[] drawn, int from, int length, Random random) {
    double weightSquares = 0;
    double drawnSquares = 0;
    for (int i = from; i < from + length; i++) {
      drawn[i] = (float) random.nextGaussian();
      weightSquares += (double) weights[i] * weights[i];
      drawnSquares += (double) drawn[i] * drawn[i];
    }
    double scale = Math.sqrt(weightSquares / drawnSquares);
    for (int i = from; i < from + length; i++) {
      drawn[i] *= (float) scale;
    }
  }
}
