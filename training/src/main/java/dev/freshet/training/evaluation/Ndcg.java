package dev.freshet.training.evaluation;

import java.util.function.IntUnaryOperator;

/**
 * Normalised discounted cumulative gain: the gain of a document is its grade, discounted by {@code
 * log2(rank + 1)}; their sum, divided by that of the best ranking that the judgements allow.
 *
 * <p>Source: Järvelin and Kekäläinen, <i>Cumulated gain-based evaluation of IR techniques</i>, TOIS
 * 2002, with the discount that trec_eval uses.
 *
 * @param cutoff documents that count
 */
public record Ndcg(int cutoff) implements Metric {
  public Ndcg {
    Metric.requireCutoff(cutoff);
  }

  @Override
  public String label() {
    return "nDCG@" + cutoff;
  }

  @Override
  public double of(JudgedRanking ranking) {
    double ideal = discounted(ranking.relevant(), ranking::idealGrade);
    return ideal == 0 ? 0 : discounted(ranking.size(), ranking::grade) / ideal;
  }

  private double discounted(int size, IntUnaryOperator grade) {
    double sum = 0;
    for (int rank = 1; rank <= Math.min(cutoff, size); rank++) {
      sum += Math.max(0, grade.applyAsInt(rank)) * Math.log(2) / Math.log(rank + 1.0);
    }
    return sum;
  }
}
