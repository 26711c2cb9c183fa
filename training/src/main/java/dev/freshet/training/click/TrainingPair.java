package dev.freshet.training.click;

/**
 * A query and a document for a training example.
 *
 * @param gain how well it answers, if it does, beside what answers best, 0 to 1; 1 where that is
 *     not known, 0 for what does not answer
 * @param weight how much it counts, above 0
 * @param impressions how often the document was shown for the query
 * @param clicks in how many of them it was clicked
 */
public record TrainingPair(
    String queryId, String documentId, double gain, double weight, int impressions, int clicks) {

  /** The same, but for how well it answers. */
  public TrainingPair withGain(double other) {
    return new TrainingPair(queryId, documentId, other, weight, impressions, clicks);
  }

  /** The same, but for what it counts. */
  public TrainingPair withWeight(double other) {
    return new TrainingPair(queryId, documentId, gain, other, impressions, clicks);
  }
}
