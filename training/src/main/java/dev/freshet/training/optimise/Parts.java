package dev.freshet.training.optimise;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.freshet.model.encoder.BertModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A training batch in parts of sequences of about equal length: little is padding, and the states
 * of a part stay in the processor's caches.
 */
public final class Parts {
  private final List<int[]> indices = new ArrayList<>();

  /**
   * @param sequences token ids {@code [seq]} each
   */
  public Parts(List<int[]> sequences) {
    int[] byLength =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> sequences.get(i).length))
            .mapToInt(i -> i)
            .toArray();
    List<int[]> sorted = IntStream.of(byLength).mapToObj(sequences::get).toList();
    int from = 0;
    for (List<int[]> part : BertModel.parts(sorted)) {
      indices.add(Arrays.copyOfRange(byLength, from, from + part.size()));
      from += part.size();
    }
  }

  /** Places of each part's sequences in the batch. */
  public List<int[]> indices() {
    return List.copyOf(indices);
  }

  /**
   * Computes rows part by part, and puts them in the order of the batch.
   *
   * @param scope owns the result
   * @param rows of a part, whose places in the batch it is given: {@code [part, ...]}
   * @return {@code [batch, ...]}, through which gradients flow
   */
  public NDArray inOrder(NDManager scope, Function<int[], NDArray> rows) {
    NDList computed = new NDList();
    long[] places = new long[indices.stream().mapToInt(part -> part.length).sum()];
    int next = 0;
    for (int[] part : indices) {
      computed.add(rows.apply(part));
      for (int index : part) {
        places[index] = next++;
      }
    }
    NDArray all = computed.size() == 1 ? computed.get(0) : NDArrays.concat(computed, 0);
    return Rows.select(all, scope.create(places));
  }

  /** The sequences at those places. */
  public static <S> List<S> at(int[] places, List<S> sequences) {
    return IntStream.of(places).mapToObj(sequences::get).toList();
  }
}
