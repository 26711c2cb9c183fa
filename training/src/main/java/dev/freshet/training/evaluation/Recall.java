package dev.freshet.training.evaluation;

/**
 * The share of the relevant documents that is before the cutoff.
 *
 * @param cutoff documents that count
 */
public record Recall(int cutoff) implements Metric {
  public Recall {
    Metric.requireCutoff(cutoff);
  }

  @Override
  public String label() {
    return "Recall@" + cutoff;
  }

  @Override
  public double of(JudgedRanking ranking) {
    int found = 0;
    for (int rank = 1; rank <= Math.min(cutoff, ranking.size()); rank++) {
      found += ranking.isRelevant(rank) ? 1 : 0;
    }
    return found == 0 ? 0 : (double) found / ranking.relevant();
  }
}
