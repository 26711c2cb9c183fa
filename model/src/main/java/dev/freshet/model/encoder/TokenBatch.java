package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sequences side by side, shorter ones filled up with padding. Its arrays belong to the manager of
 * the call. One per call.
 */
final class TokenBatch {
  /** After softmax exactly 0, and finite, so that nothing turns into NaN on the way. */
  private static final float MASKED = -1e30f;

  private final NDArray ids;
  private final @Nullable NDArray attentionMask;
  private final @Nullable NDArray poolingWeights;
  private final int size;
  private final int length;

  TokenBatch(NDManager scope, List<int[]> sequences, int padToken) {
    size = sequences.size();
    length = sequences.stream().mapToInt(s -> s.length).max().orElse(0);
    boolean padded = sequences.stream().anyMatch(s -> s.length < length);
    int[] flat = new int[size * length];
    Arrays.fill(flat, padToken);
    for (int row = 0; row < size; row++) {
      int[] sequence = sequences.get(row);
      System.arraycopy(sequence, 0, flat, row * length, sequence.length);
    }
    ids = scope.create(flat, new Shape(size, length));
    attentionMask = padded ? attentionMask(scope, sequences) : null;
    poolingWeights = padded ? poolingWeights(scope, sequences) : null;
  }

  private NDArray attentionMask(NDManager scope, List<int[]> sequences) {
    float[] mask = new float[size * length];
    for (int row = 0; row < size; row++) {
      int from = row * length;
      Arrays.fill(mask, from + sequences.get(row).length, from + length, MASKED);
    }
    return scope.create(mask, new Shape(size, 1, 1, length));
  }

  private NDArray poolingWeights(NDManager scope, List<int[]> sequences) {
    float[] weights = new float[size * length];
    for (int row = 0; row < size; row++) {
      int tokens = sequences.get(row).length;
      Arrays.fill(weights, row * length, row * length + tokens, 1f / tokens);
    }
    return scope.create(weights, new Shape(size, 1, length));
  }

  /** Token ids {@code [batch, seq]}. */
  NDArray ids() {
    return ids;
  }

  /** To add to scores, {@code [batch, 1, 1, seq]}; null where no row is padded. */
  @Nullable NDArray attentionMask() {
    return attentionMask;
  }

  /** The mean over a row's own tokens, {@code [batch, 1, seq]}; null where no row is padded. */
  @Nullable NDArray poolingWeights() {
    return poolingWeights;
  }

  /** Number of sequences. */
  int size() {
    return size;
  }

  /** Tokens of the longest sequence. */
  int length() {
    return length;
  }
}
