package dev.freshet.pipeline.ann;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * The passages of one generation, searchable by inner product. Documents go by an ordinal that the
 * caller assigns: dense and non-negative; another document may have it once the first is removed.
 *
 * <p>One writer at a time; any number of readers beside it. A search sees a document either before
 * or after a change, never between: not twice, not half, not missing.
 */
public interface VectorIndex {

  /**
   * Puts a document in, in place of what was there under its ordinal.
   *
   * @param document ordinal
   * @param passages vectors {@code [passages][dimensions]}, at least one
   */
  void upsert(int document, float[][] passages);

  /** Takes a document out. Without effect where there is none. */
  void remove(int document);

  /**
   * The documents whose best passage is nearest to the query.
   *
   * @param query {@code [dimensions]}
   * @param k at least 1
   * @param accept documents that may be in the answer; may be asked about few documents or many
   * @return at most {@code k}, best first; equal scores by ordinal
   */
  List<ScoredPassage> search(float[] query, int k, IntPredicate accept);

  /** Documents in the index. */
  int documents();

  /** Passages in the index. */
  long passages();

  /** Bytes that the index holds in memory. */
  long memoryBytes();
}
