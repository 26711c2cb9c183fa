package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.store.StoredDocument;
import java.util.Comparator;

/**
 * A hit whose score, filter and text are of one stored version of the document.
 *
 * @param passage index of the best passage of that version; {@link #UNKNOWN} where nobody looked
 */
record Candidate(StoredDocument document, int passage, float score) implements Found<Candidate> {
  static final int UNKNOWN = -1;

  static final Comparator<Candidate> BEST_FIRST = HybridRanking.bestFirst();

  @Override
  public String id() {
    return document.id();
  }

  @Override
  public Position position() {
    return document.position();
  }

  @Override
  public long timestampMillis() {
    return document.timestampMillis();
  }

  Candidate withPassage(int other) {
    return new Candidate(document, other, score);
  }

  @Override
  public Candidate withScore(float other) {
    return new Candidate(document, passage, other);
  }
}
