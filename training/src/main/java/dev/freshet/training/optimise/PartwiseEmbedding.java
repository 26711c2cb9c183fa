package dev.freshet.training.optimise;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.SparseFormat;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.Pooling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Embeds a training batch in parts of sequences of about equal length: little is padding, and the
 * states of a part stay in the processor's caches.
 */
public final class PartwiseEmbedding {
  private PartwiseEmbedding() {}

  /**
   * @param scope owns the result and whatever is made on the way
   * @param sequences token ids {@code [seq]} each
   * @return {@code [batch, hidden]} in the order of the sequences, through which gradients flow
   */
  public static NDArray embed(
      NDManager scope, BertModel model, List<int[]> sequences, Pooling pooling) {
    int[] byLength =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> sequences.get(i).length))
            .mapToInt(i -> i)
            .toArray();
    List<int[]> sorted = new ArrayList<>();
    long[] places = new long[byLength.length];
    for (int place = 0; place < byLength.length; place++) {
      sorted.add(sequences.get(byLength[place]));
      places[byLength[place]] = place;
    }
    NDList parts = new NDList();
    for (List<int[]> part : BertModel.parts(sorted)) {
      parts.add(model.embed(scope, part, pooling));
    }
    NDArray rows = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 0);
    NDArray order = scope.create(places);
    return order.getNDArrayInternal().embedding(order, rows, SparseFormat.DENSE).get(0);
  }
}
