package dev.freshet.pipeline.store;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says, by the vectors of documents, of which ones the texts are wanted too. */
@FunctionalInterface
public interface VectorChoice {
  /** All of them. */
  VectorChoice ALL =
      vectors -> {
        BitSet all = new BitSet();
        all.set(0, vectors.size());
        return all;
      };

  /**
   * @param vectors {@code [passages][dimensions]} of each document, all of one moment; null where
   *     there are none
   * @return indices of the documents that are wanted
   */
  BitSet of(List<float @Nullable [][]> vectors);
}
