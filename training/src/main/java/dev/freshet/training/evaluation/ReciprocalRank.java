package dev.freshet.training.evaluation;

/**
 * One over the rank of the first relevant document, 0 when there is none before the cutoff. Its
 * mean over queries is MRR.
 *
 * @param cutoff documents that count
 */
public record ReciprocalRank(int cutoff) implements Metric {
  public ReciprocalRank {
    Metric.requireCutoff(cutoff);
  }

  @Override
  public String label() {
    return "MRR@" + cutoff;
  }

  @Override
  public double of(JudgedRanking ranking) {
    for (int rank = 1; rank <= Math.min(cutoff, ranking.size()); rank++) {
      if (ranking.isRelevant(rank)) {
        return 1.0 / rank;
      }
    }
    return 0;
  }
}
