package dev.freshet.pipeline.search;

import dev.freshet.pipeline.store.StoredDocument;
import java.util.Comparator;

/**
 * A hit whose score, filter and text are of one stored version of the document.
 *
 * @param passage index of the best passage of that version; {@link #UNKNOWN} where nobody looked
 */
record Candidate(StoredDocument document, int passage, float score) {
  static final int UNKNOWN = -1;

  static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble((Candidate candidate) -> -candidate.score())
          .thenComparing(candidate -> candidate.document().id());

  Candidate withPassage(int other) {
    return new Candidate(document, other, score);
  }

  Candidate withScore(float other) {
    return new Candidate(document, passage, other);
  }
}
