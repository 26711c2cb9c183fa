package dev.freshet.training.evaluation;

/**
 * 1 when a relevant document is before the cutoff, else 0: the share of queries that found
 * something.
 *
 * @param cutoff documents that count
 */
public record Success(int cutoff) implements Metric {
  public Success {
    Metric.requireCutoff(cutoff);
  }

  @Override
  public String label() {
    return "Success@" + cutoff;
  }

  @Override
  public double of(JudgedRanking ranking) {
    return new ReciprocalRank(cutoff).of(ranking) > 0 ? 1 : 0;
  }
}
