package dev.freshet.training.optimise;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.Pooling;
import java.util.List;

/**
 * Embeds a batch of any size in the memory of one of its {@link Parts}: gradient caching (Gao et
 * al., RepL4NLP 2021, arXiv 2101.06983). First all sequences are embedded and nothing is recorded;
 * the loss is computed on the vectors, and its gradient by each vector kept; then every part is
 * embedded once more, and gradients flow on from where they were kept. The result is that of one
 * large pass, for the price of a second forward pass.
 */
public final class CachedEmbedding {
  private final BertModel model;
  private final List<int[]> sequences;
  private final Pooling pooling;
  private final Parts parts;
  private final NDArray vectors;

  /**
   * Embeds.
   *
   * @param scope owns the vectors
   * @param sequences token ids {@code [seq]} each
   */
  public CachedEmbedding(NDManager scope, BertModel model, List<int[]> sequences, Pooling pooling) {
    this.model = model;
    this.sequences = sequences;
    this.pooling = pooling;
    parts = new Parts(sequences);
    try (GradientMode off = GradientMode.off()) {
      vectors =
          parts.inOrder(
              scope,
              part -> {
                try (NDManager inner = scope.newSubManager()) {
                  NDArray rows = model.embed(inner, Parts.at(part, sequences), pooling);
                  rows.attach(scope);
                  return rows;
                }
              });
    }
    vectors.setRequiresGradient(true);
  }

  /** {@code [batch, hidden]}: a leaf, which gathers the gradients of a loss. */
  public NDArray vectors() {
    return vectors;
  }

  /** Lets the gradients that the vectors have gathered flow on to the model's trainable tensors. */
  public void flow() {
    NDManager manager = vectors.getManager();
    try (NDArray gradient = vectors.getGradient()) {
      for (int[] part : parts.indices()) {
        try (NDManager inner = manager.newSubManager()) {
          NDArray places = inner.create(longs(part));
          NDArray rows = model.embed(inner, Parts.at(part, sequences), pooling);
          Gradients.flow(rows, Rows.select(gradient, places));
        }
      }
    }
  }

  private static long[] longs(int[] places) {
    long[] longs = new long[places.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = places[i];
    }
    return longs;
  }
}
