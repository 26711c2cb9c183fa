package dev.freshet.pipeline.event;

/** The vector of one passage and the characters of the text that it stands for. */
public final class PassageVector {
  private final int start;
  private final int end;
  private final float[] vector;

  /**
   * @param start first character in the document's text, UTF-16 index, inclusive
   * @param end end in the document's text, UTF-16 index, exclusive
   * @param vector {@code [dimensions]}, L2-normalised; shared, not copied
   */
  public PassageVector(int start, int end, float[] vector) {
    this.start = start;
    this.end = end;
    this.vector = vector;
  }

  public int start() {
    return start;
  }

  public int end() {
    return end;
  }

  /** {@code [dimensions]}, L2-normalised. Not a copy. */
  public float[] vector() {
    return vector;
  }
}
