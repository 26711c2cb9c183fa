package dev.freshet.model.encoder;

/**
 * A text as tokens, each with its place in the text. Not a copy: one owner, who does not write.
 *
 * <p>{@code ids}, {@code starts} and {@code wordStarts} run in parallel.
 */
final class TokenizedText {
  private final int[] ids;
  private final int[] starts;
  private final boolean[] wordStarts;

  TokenizedText(int[] ids, int[] starts, boolean[] wordStarts) {
    this.ids = ids;
    this.starts = starts;
    this.wordStarts = wordStarts;
  }

  int size() {
    return ids.length;
  }

  int[] ids() {
    return ids;
  }

  /** First character of token i, UTF-16 index. */
  int start(int i) {
    return starts[i];
  }

  /** Whether token i begins a word rather than continuing one. */
  boolean startsWord(int i) {
    return wordStarts[i];
  }
}
