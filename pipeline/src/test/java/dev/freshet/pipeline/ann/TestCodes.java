package dev.freshet.pipeline.ann;

/** Codes of single vectors. */
final class TestCodes {
  private TestCodes() {}

  /**
   * A row by itself.
   *
   * @param vector {@code [padded]}
   */
  static Codes of(float[] vector) {
    Codes codes = new Codes(1, vector.length);
    codes.set(0, Posting.of(vector));
    return codes;
  }
}
