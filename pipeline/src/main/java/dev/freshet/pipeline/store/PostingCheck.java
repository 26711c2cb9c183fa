package dev.freshet.pipeline.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds a posting, of which only the vector index knows what it says, against its vectors. */
@FunctionalInterface
public interface PostingCheck {

  /**
   * @param vectors {@code [passages][dimensions]}
   * @return what is wrong with the posting, as the end of a sentence; null where nothing is
   */
  @Nullable String fault(float[][] vectors, byte[] posting);

  /** Makes the check of one generation. */
  @FunctionalInterface
  interface Factory {
    /**
     * @param parts of the vector index, at least one
     * @throws IllegalArgumentException when they cannot be read
     */
    PostingCheck of(int dimensions, List<byte[]> parts);
  }
}
