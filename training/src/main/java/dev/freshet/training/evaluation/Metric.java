package dev.freshet.training.evaluation;

/**
 * How good one ranking is, from 0 to 1, as trec_eval 9 defines it.
 *
 * <table>
 *   <caption>Names</caption>
 *   <tr><th>here</th><th>trec_eval</th></tr>
 *   <tr><td>{@link Ndcg}</td><td>{@code ndcg_cut}</td></tr>
 *   <tr><td>{@link ReciprocalRank}</td><td>{@code recip_rank} of a run cut with {@code -M}</td></tr>
 *   <tr><td>{@link AveragePrecision}</td><td>{@code map_cut}</td></tr>
 *   <tr><td>{@link Recall}</td><td>{@code recall}</td></tr>
 *   <tr><td>{@link Success}</td><td>{@code success}</td></tr>
 * </table>
 */
public sealed interface Metric permits Ndcg, ReciprocalRank, AveragePrecision, Recall, Success {

  /** The usual name, with the cutoff, such as {@code nDCG@10}. */
  String label();

  /** The value for one query, 0 to 1. */
  double of(JudgedRanking ranking);

  /**
   * @return the cutoff
   * @throws IllegalArgumentException when it is below 1
   */
  static int requireCutoff(int cutoff) {
    if (cutoff < 1) {
      throw new IllegalArgumentException("cutoff must be at least 1, was " + cutoff);
    }
    return cutoff;
  }
}
