package dev.freshet.training.evaluation;

/**
 * The precision at the rank of each relevant document, 0 for one that was not retrieved, averaged
 * over the relevant documents. Its mean over queries is MAP. It sees the whole ranking, so it
 * depends on how deep that is.
 */
public record AveragePrecision() implements Metric {
  @Override
  public String label() {
    return "MAP";
  }

  @Override
  public double of(JudgedRanking ranking) {
    double sum = 0;
    int found = 0;
    for (int rank = 1; rank <= ranking.size(); rank++) {
      if (ranking.isRelevant(rank)) {
        found++;
        sum += (double) found / rank;
      }
    }
    return found == 0 ? 0 : sum / ranking.relevant();
  }
}
