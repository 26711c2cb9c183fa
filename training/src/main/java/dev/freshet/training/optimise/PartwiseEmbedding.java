package dev.freshet.training.optimise;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.Pooling;
import java.util.List;

/** Embeds a training batch in {@link Parts}. */
public final class PartwiseEmbedding {
  private PartwiseEmbedding() {}

  /**
   * @param scope owns the result and whatever is made on the way
   * @param sequences token ids {@code [seq]} each
   * @return {@code [batch, hidden]} in the order of the sequences, through which gradients flow
   */
  public static NDArray embed(
      NDManager scope, BertModel model, List<int[]> sequences, Pooling pooling) {
    return new Parts(sequences)
        .inOrder(scope, part -> model.embed(scope, Parts.at(part, sequences), pooling));
  }
}
