package dev.freshet.pipeline.search;

import dev.freshet.pipeline.store.StoredDocument;
import java.util.Comparator;

/**
 * A hit whose score, filter and text are of one stored version of the document.
 *
 * @param passage index of the best passage of that version
 */
record Candidate(StoredDocument document, int passage, float score) {
  static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble((Candidate candidate) -> -candidate.score())
          .thenComparing(candidate -> candidate.document().id());
}
