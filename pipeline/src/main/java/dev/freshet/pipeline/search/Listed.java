package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Position;
import java.util.Comparator;

/**
 * A place in a list of what a search found, by what is known in memory: the text of this version is
 * yet to be read.
 *
 * @param passage index of the best passage; {@link Candidate#UNKNOWN} where nobody looked
 */
record Listed(DocumentTable.Entry entry, int passage, float score) implements Found<Listed> {
  static final Comparator<Listed> BEST_FIRST = HybridRanking.bestFirst();

  @Override
  public String id() {
    return entry.id();
  }

  @Override
  public Position position() {
    return entry.position();
  }

  @Override
  public long timestampMillis() {
    return entry.timestampMillis();
  }

  @Override
  public Listed withScore(float other) {
    return new Listed(entry, passage, other);
  }
}
