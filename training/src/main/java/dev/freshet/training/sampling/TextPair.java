package dev.freshet.training.sampling;

import java.util.Arrays;

/**
 * A query and a document as one sequence for a cross-encoder: {@code [CLS] query [SEP] document
 * [SEP]}.
 *
 * @param tokens ids {@code [seq]}
 * @param types {@code [seq]}: 0 up to and with the first {@code [SEP]}, 1 after it
 */
public record TextPair(int[] tokens, int[] types) {
  /** The query takes at most one part in so many of the window, so that the document has most. */
  private static final int QUERY_SHARE = 2;

  /**
   * Joins two sequences, and leaves out what is beyond the window: the end of the document, and of
   * a query that is longer than half of the window.
   *
   * @param query {@code [CLS] query [SEP]}
   * @param document {@code [CLS] document [SEP]}
   * @param window most tokens of the pair, at least 8
   */
  public static TextPair of(int[] query, int[] document, int window) {
    int first = Math.min(query.length, window / QUERY_SHARE);
    int second = Math.min(document.length - 1, window - first);
    int[] tokens = new int[first + second];
    System.arraycopy(query, 0, tokens, 0, first - 1);
    tokens[first - 1] = query[query.length - 1];
    System.arraycopy(document, 1, tokens, first, second - 1);
    tokens[first + second - 1] = document[document.length - 1];
    int[] types = new int[tokens.length];
    Arrays.fill(types, first, types.length, 1);
    return new TextPair(tokens, types);
  }
}
