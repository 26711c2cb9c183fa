package dev.freshet.pipeline.ann;

/** Puts vectors into cells as an index does. */
final class FilledCells {
  private FilledCells() {}

  /**
   * @param vector {@code [padded]}
   * @return what the cell keeps of it
   */
  static Posting append(Cell cell, Version version, int passage, float[] vector) {
    Posting posting = Posting.of(vector);
    append(cell, version, passage, posting);
    return posting;
  }

  static void append(Cell cell, Version version, int passage, Posting posting) {
    float[] vector = posting.decode();
    cell.append(version, passage, posting, vector, cell.closeness(vector));
  }
}
