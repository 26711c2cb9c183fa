package dev.freshet.pipeline.ann;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds postings that were kept against the vectors that they were made of, to the bit: every
 * machine makes the same. Immutable and thread-safe.
 */
public final class PostingAudit {
  private final Rotation rotation;

  /** {@code [padded]} */
  private final float[] centre;

  /**
   * @param parts of a snapshot, in their order
   * @throws IllegalArgumentException when they are of another version or of other dimensions, or
   *     not whole
   */
  public PostingAudit(int dimensions, List<byte[]> parts) {
    rotation = new Rotation(dimensions);
    centre = SnapshotFormat.centre(parts, dimensions);
    SnapshotFormat.check(parts, rotation.padded());
  }

  /**
   * @param vectors {@code [passages][dimensions]}
   * @return what is wrong, as the end of a sentence; null where nothing is
   */
  public @Nullable String fault(float[][] vectors, byte[] posting) {
    Posting[] kept;
    try {
      kept = PostingFormat.decode(posting, rotation.padded());
    } catch (IllegalArgumentException e) {
      return "cannot be read: " + e.getMessage();
    }
    if (kept.length != vectors.length) {
      return "is of %d passages, the document has %d".formatted(kept.length, vectors.length);
    }
    for (int i = 0; i < kept.length; i++) {
      if (!kept[i].equals(IvfCells.encode(vectors[i], rotation, centre))) {
        return "is not that of its vectors (passage %d)".formatted(i);
      }
    }
    return null;
  }
}
