package dev.freshet.model.encoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.SparseFormat;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import java.util.ArrayList;
import java.util.List;

/**
 * BERT, frozen: token ids to vectors.
 *
 * <p>The weights are immutable, shared by all threads and, on a CPU, memory-mapped from the file.
 * What a call makes lives in a manager of that call. Thread-safe; {@link #close} must come after
 * the last call has returned.
 */
public final class BertModel implements AutoCloseable {
  private static final int PART_TOKENS = 1024;

  private final BertConfig config;
  private final NDManager weights;
  private final NDArray words;
  private final NDArray positions;
  private final LayerNorm embeddingNorm;
  private final List<BertLayer> layers = new ArrayList<>();

  /**
   * Loads the weights.
   *
   * @throws InvalidModelException when a tensor is missing or of another shape
   */
  public BertModel(BertConfig config, SafetensorsFile file, Device device) {
    this.config = config;
    this.weights = Torch.newManager(device);
    try {
      BertWeights tensors = new BertWeights(file, weights);
      words =
          tensors.get("embeddings.word_embeddings.weight", config.vocabulary(), config.hidden());
      positions = positionsAndFirstType(tensors);
      embeddingNorm = tensors.layerNorm("embeddings.LayerNorm", config);
      HeadMixing mixing = new HeadMixing(weights, config.heads(), config.headSize());
      for (int i = 0; i < config.layers(); i++) {
        layers.add(new BertLayer(tensors, i, config, mixing));
      }
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /** An encoder sees one segment, so the embedding of type 0 is added to every position once. */
  private NDArray positionsAndFirstType(BertWeights tensors) {
    int d = config.hidden();
    try (NDArray position =
            tensors.get("embeddings.position_embeddings.weight", config.positions(), d);
        NDArray types = tensors.get("embeddings.token_type_embeddings.weight", config.types(), d);
        NDArray first = types.get(weights, 0)) {
      return position.add(first);
    }
  }

  public BertConfig config() {
    return config;
  }

  /**
   * Computes one batch on the calling thread, in the {@link #parts} that suit the processor.
   *
   * @param sequences token ids {@code [seq]} each, of 1 to {@code config().positions()} tokens
   * @return one vector {@code [hidden]} a sequence, pooled, not normalised
   */
  public float[][] embed(List<int[]> sequences, Pooling pooling) {
    float[][] vectors = new float[sequences.size()][];
    int row = 0;
    for (List<int[]> part : parts(sequences)) {
      for (float[] vector : embedPart(part, pooling)) {
        vectors[row++] = vector;
      }
    }
    return vectors;
  }

  /**
   * Neighbouring sequences, together as long as they are at most 1024 tokens with their padding: in
   * wider products the activations of a layer fall out of the processor's cache.
   *
   * @return the same sequences in the same order, every part not empty
   */
  public static List<List<int[]>> parts(List<int[]> sequences) {
    List<List<int[]>> parts = new ArrayList<>();
    int from = 0;
    int longest = 0;
    for (int i = 0; i < sequences.size(); i++) {
      longest = Math.max(longest, sequences.get(i).length);
      if (i > from && (long) longest * (i + 1 - from) > PART_TOKENS) {
        parts.add(sequences.subList(from, i));
        from = i;
        longest = sequences.get(i).length;
      }
    }
    if (from < sequences.size()) {
      parts.add(sequences.subList(from, sequences.size()));
    }
    return parts;
  }

  private float[][] embedPart(List<int[]> sequences, Pooling pooling) {
    try (NDManager scope = weights.newSubManager()) {
      TokenBatch batch = new TokenBatch(scope, sequences, config.padToken());
      NDArray pooled = pool(states(scope, batch), batch, pooling);
      float[] flat = pooled.toFloatArray();
      float[][] vectors = new float[batch.size()][config.hidden()];
      for (int row = 0; row < vectors.length; row++) {
        System.arraycopy(flat, row * config.hidden(), vectors[row], 0, config.hidden());
      }
      return vectors;
    }
  }

  /**
   * Token states after the last layer, for comparison with reference outputs.
   *
   * @return {@code [seq, hidden]} a sequence, row-major
   */
  float[][] lastHiddenStates(List<int[]> sequences) {
    try (NDManager scope = weights.newSubManager()) {
      TokenBatch batch = new TokenBatch(scope, sequences, config.padToken());
      float[] flat = states(scope, batch).toFloatArray();
      float[][] states = new float[batch.size()][];
      for (int row = 0; row < states.length; row++) {
        int from = row * batch.length() * config.hidden();
        states[row] = new float[sequences.get(row).length * config.hidden()];
        System.arraycopy(flat, from, states[row], 0, states[row].length);
      }
      return states;
    }
  }

  /** Arrays that live as long as the model: calls must not add to them. */
  int ownedArrays() {
    return weights.getManagedArrays().size();
  }

  /** Token states {@code [batch·seq, hidden]} after the last layer. */
  private NDArray states(NDManager scope, TokenBatch batch) {
    NDArray x = embeddings(scope, batch);
    for (BertLayer layer : layers) {
      NDArray y = layer.apply(x, batch);
      x.close();
      x = y;
    }
    return x;
  }

  private NDArray embeddings(NDManager scope, TokenBatch batch) {
    NDArray ids = batch.ids();
    try (NDArray token = ids.getNDArrayInternal().embedding(ids, words, SparseFormat.DENSE).get(0);
        NDArray position = positions.get(scope, new NDIndex().addSliceDim(0, batch.length()))) {
      token.addi(position); // [batch, seq, hidden] + [seq, hidden]
      try (NDArray rows = token.reshape((long) batch.size() * batch.length(), config.hidden())) {
        return embeddingNorm.apply(rows);
      }
    }
  }

  /** {@code [batch·seq, hidden]} to {@code [batch, hidden]}. */
  private NDArray pool(NDArray states, TokenBatch batch, Pooling pooling) {
    NDArray byRow = states.reshape(batch.size(), batch.length(), config.hidden());
    NDArray weights = batch.poolingWeights();
    return switch (pooling) {
      case CLS -> byRow.get(states.getManager(), new NDIndex().addAllDim().addIndices(0));
      case MEAN -> weights == null ? byRow.mean(new int[] {1}) : weights.batchMatMul(byRow);
    };
  }

  /** Frees the weights. */
  @Override
  public void close() {
    weights.close();
  }
}
