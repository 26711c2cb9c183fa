package dev.freshet.training.lab;

import java.util.Arrays;
import java.util.List;

/**
 * The loss around the trained modules, on a plane of two random directions, each scaled as the
 * weights that it moves.
 *
 * <p>Source: Li et al., <i>Visualizing the loss landscape of neural nets</i>, NeurIPS 2018.
 *
 * @param alphas places along the first direction, ascending, at least two
 * @param betas places along the second direction, ascending, at least two
 * @param loss {@code [alphas, betas]}; not finite where the loss is not
 * @param centre loss at 0, 0: of the trained modules
 */
public record Landscape(
    List<Double> alphas, List<Double> betas, List<List<Double>> loss, double centre) {
  public Landscape {
    alphas = ascending("alphas", alphas);
    betas = ascending("betas", betas);
    loss = loss.stream().map(List::copyOf).toList();
    int width = betas.size();
    if (loss.size() != alphas.size() || loss.stream().anyMatch(row -> row.size() != width)) {
      throw new IllegalArgumentException(
          "the loss of a landscape must be a table of %d by %d".formatted(alphas.size(), width));
    }
    Checks.finite("centre", centre);
  }

  /**
   * @param loss {@code [alphas, betas]}
   */
  public static Landscape of(double[] alphas, double[] betas, double[][] loss, double centre) {
    return new Landscape(
        list(alphas), list(betas), Arrays.stream(loss).map(Landscape::list).toList(), centre);
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static List<Double> ascending(String name, List<Double> values) {
    for (int i = 1; i < values.size(); i++) {
      if (!(values.get(i - 1) < values.get(i))) {
        throw new IllegalArgumentException(name + " must ascend, were " + values);
      }
    }
    if (values.size() < 2) {
      throw new IllegalArgumentException(name + " must be at least two, were " + values);
    }
    return List.copyOf(values);
  }
}
