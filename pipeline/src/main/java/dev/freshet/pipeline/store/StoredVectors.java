package dev.freshet.pipeline.store;

/** A live document with its vectors, both of the same version. */
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

  /** {@code [passages][dimensions]}. Not a copy. */
  public float[][] vectors() {
    return vectors;
  }
}
