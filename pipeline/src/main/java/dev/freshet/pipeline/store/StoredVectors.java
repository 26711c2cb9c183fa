package dev.freshet.pipeline.store;

/** A live document with its vectors, both of the same version. Not to be changed. */
public final class StoredVectors {
  private final StoredDocument document;
  private final float[][] vectors;

  StoredVectors(StoredDocument document, float[][] vectors) {
    this.document = document;
    this.vectors = vectors;
  }

  public StoredDocument document() {
    return document;
  }

  /**
   * {@code [passages][dimensions]}, not a copy. The store rounds a component by one part in 65,534
   * of the vector's largest at most.
   */
  public float[][] vectors() {
    return vectors;
  }
}
