package dev.freshet.model.encoder;

/**
 * A piece of a document that fits the encoder's window.
 *
 * <p>Immutable by convention: the token array is shared, not copied, and must not be written to.
 */
public final class Passage {
  private final int start;
  private final int end;
  private final int[] tokens;

  /**
   * @param start first character of the passage in the document's text, UTF-16 index, inclusive
   * @param end end of the passage in the document's text, UTF-16 index, exclusive
   * @param tokens token ids {@code [seq]}, special tokens, prefix and title included
   */
  public Passage(int start, int end, int[] tokens) {
    this.start = start;
    this.end = end;
    this.tokens = tokens;
  }

  public int start() {
    return start;
  }

  public int end() {
    return end;
  }

  /** Token ids {@code [seq]}, ready to encode. Not a copy. */
  public int[] tokens() {
    return tokens;
  }
}
