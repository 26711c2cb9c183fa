package dev.freshet.training.click;

import dev.freshet.training.evaluation.Qrels;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A user whose clicks mean nothing: every position with the same probability, relevant or not.
 *
 * @param rate probability of a click at a position
 */
public record RandomClicker(double rate) implements ClickModel {
  /**
   * @throws IllegalArgumentException when the rate is not between 0 and 1
   */
  public RandomClicker {
    Probabilities.require("rate", rate);
  }

  @Override
  public List<Integer> click(Page page, Qrels truth, Random random) {
    return IntStream.rangeClosed(1, page.size())
        .filter(position -> random.nextDouble() < rate)
        .boxed()
        .toList();
  }
}
