package dev.freshet.training.evaluation;

/**
 * The precision at the rank of each relevant document, 0 for one that is not before the cutoff,
 * averaged over the relevant documents. Its mean over queries is MAP.
 *
 * @param cutoff documents that count: values of two depths are two measures
 */
public record AveragePrecision(int cutoff) implements Metric {
  public AveragePrecision {
    Metric.requireCutoff(cutoff);
  }

  @Override
  public String label() {
    return "MAP@" + cutoff;
  }

  @Override
  public double of(JudgedRanking ranking) {
    double sum = 0;
    int found = 0;
    for (int rank = 1; rank <= Math.min(cutoff, ranking.size()); rank++) {
      if (ranking.isRelevant(rank)) {
        found++;
        sum += (double) found / rank;
      }
    }
    return found == 0 ? 0 : sum / ranking.relevant();
  }
}
