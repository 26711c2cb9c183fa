package dev.freshet.training.click;

import java.util.List;

/**
 * What a log says for training. Immutable and thread-safe. No pair is in both.
 *
 * @param positives documents that answer their query
 * @param negatives hard negatives: documents that were shown for a query, looked at and left
 */
public record DebiasedClicks(List<TrainingPair> positives, List<TrainingPair> negatives) {
  public DebiasedClicks {
    positives = List.copyOf(positives);
    negatives = List.copyOf(negatives);
  }
}
