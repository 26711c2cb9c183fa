package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
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
  private final @Nullable NDArray types;
  private final DataType dataType;
  private final @Nullable NDArray attentionMask;
  private final @Nullable NDArray poolingWeights;
  private final int size;
  private final int length;

  /** Sequences of one segment. */
  TokenBatch(NDManager scope, List<int[]> sequences, int padToken) {
    this(scope, sequences, null, padToken, DataType.FLOAT32);
  }

  /**
   * @param tokenTypes the segment of every token, in arrays as long as the sequences; null where
   *     all tokens are of type 0
   * @param dataType in which the model computes
   */
  TokenBatch(
      NDManager scope,
      List<int[]> sequences,
      @Nullable List<int[]> tokenTypes,
      int padToken,
      DataType dataType) {
    this.dataType = dataType;
    size = sequences.size();
    length = sequences.stream().mapToInt(s -> s.length).max().orElse(0);
    boolean padded = sequences.stream().anyMatch(s -> s.length < length);
    ids = scope.create(padded(sequences, padToken), new Shape(size, length));
    types =
        tokenTypes == null ? null : scope.create(padded(tokenTypes, 0), new Shape(size, length));
    attentionMask = padded ? attentionMask(scope, sequences) : null;
    poolingWeights = padded ? poolingWeights(scope, sequences) : null;
  }

  /** Row after row, {@code [size · length]}. */
  private int[] padded(List<int[]> rows, int padding) {
    int[] flat = new int[size * length];
    Arrays.fill(flat, padding);
    for (int row = 0; row < size; row++) {
      int[] values = rows.get(row);
      System.arraycopy(values, 0, flat, row * length, values.length);
    }
    return flat;
  }

  private NDArray attentionMask(NDManager scope, List<int[]> sequences) {
    float[] mask = new float[size * length];
    for (int row = 0; row < size; row++) {
      int from = row * length;
      Arrays.fill(mask, from + sequences.get(row).length, from + length, MASKED);
    }
    return scope.create(mask, new Shape(size, 1, 1, length)).toType(dataType, false);
  }

  private NDArray poolingWeights(NDManager scope, List<int[]> sequences) {
    float[] weights = new float[size * length];
    for (int row = 0; row < size; row++) {
      int tokens = sequences.get(row).length;
      Arrays.fill(weights, row * length, row * length + tokens, 1f / tokens);
    }
    return Torch.create(scope, weights, new Shape(size, 1, length)).toType(dataType, false);
  }

  /** Token ids {@code [batch, seq]}. */
  NDArray ids() {
    return ids;
  }

  /** Token types {@code [batch, seq]}; null where all are 0. */
  @Nullable NDArray types() {
    return types;
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
