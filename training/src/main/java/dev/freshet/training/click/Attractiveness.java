package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How likely a user clicks a document that was examined, by its grade. Immutable and thread-safe.
 *
 * @param byGrade probabilities for the grades 0, 1, 2 and so on; the first is the noise, clicks on
 *     what is not relevant. Higher grades than there are count as the last
 */
public record Attractiveness(List<Double> byGrade) {
  /**
   * @throws IllegalArgumentException when it is empty, or one is not between 0 and 1
   */
  public Attractiveness {
    byGrade = Probabilities.requireSome("attractiveness", byGrade);
  }

  /**
   * @param grade 0 or more
   */
  public double of(int grade) {
    return byGrade.get(Math.min(grade, byGrade.size() - 1));
  }

  /** Of a user who means harm: the best document attracts as the worst did, and the other way. */
  public Attractiveness inverted() {
    List<Double> inverted = new ArrayList<>(byGrade);
    Collections.reverse(inverted);
    return new Attractiveness(inverted);
  }
}
