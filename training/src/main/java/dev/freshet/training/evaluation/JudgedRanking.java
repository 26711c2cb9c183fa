package dev.freshet.training.evaluation;

import java.util.Arrays;

/**
 * The grades of a ranking, and those it could have had. Immutable.
 *
 * <p>A grade of 0 or less is not relevant.
 */
public final class JudgedRanking {
  private final int[] retrieved;
  private final int[] relevant;

  /**
   * @param retrieved grades of the documents of a ranking, best first
   * @param relevant grades of all relevant documents of the query, retrieved or not, in any order;
   *     each at least 1. Where there are none, every measure is 0
   */
  public JudgedRanking(int[] retrieved, int[] relevant) {
    if (Arrays.stream(relevant).anyMatch(grade -> grade < 1)) {
      throw new IllegalArgumentException(
          "relevant must be grades of at least 1, was " + Arrays.toString(relevant));
    }
    this.retrieved = retrieved.clone();
    this.relevant = relevant.clone();
    Arrays.sort(this.relevant);
  }

  /** Number of documents in the ranking. */
  int size() {
    return retrieved.length;
  }

  /**
   * @param rank from 1 to {@link #size}
   */
  int grade(int rank) {
    return retrieved[rank - 1];
  }

  boolean isRelevant(int rank) {
    return grade(rank) > 0;
  }

  /** Number of relevant documents in the collection. */
  int relevant() {
    return relevant.length;
  }

  /**
   * The grade at a rank of the best ranking that there is.
   *
   * @param rank from 1 to {@link #relevant}
   */
  int idealGrade(int rank) {
    return relevant[relevant.length - rank];
  }
}
