package dev.freshet.model.encoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * BERT: token ids to vectors, or pairs of texts to scores. A frozen {@link BertBackbone}, which
 * many models may share, and the modules of this one.
 *
 * <p>What a call makes lives in a manager of that call. Thread-safe; {@link #close} must come after
 * the last call has returned.
 */
public final class BertModel implements AutoCloseable {
  private static final int PART_TOKENS = 1024;

  private final BertConfig config;
  private final BertBackbone backbone;
  private final BertModules modules;
  private final NDManager manager;
  private final Embeddings embeddings;
  private final List<BertLayer> layers = new ArrayList<>();
  private final @Nullable ScoringHead head;
  private boolean closed;

  /**
   * Loads the weights of a frozen model that shares them with nobody.
   *
   * @throws InvalidModelException when a tensor is missing or of another shape
   */
  public BertModel(BertConfig config, SafetensorsFile file, Device device) {
    this(BertBackbone.open(config, file, device), BertModules.NONE, true);
  }

  /**
   * A model on a shared backbone, which costs the memory of its modules alone. The backbone may be
   * closed before the model; it then lives as long as its models.
   *
   * @param modules closed with this model, and also when this constructor throws
   * @throws IllegalStateException when the backbone has been closed
   */
  public BertModel(BertBackbone backbone, BertModules modules) {
    this(backbone, modules, false);
  }

  private BertModel(BertBackbone backbone, BertModules modules, boolean onlyModel) {
    this.backbone = backbone;
    this.modules = modules;
    config = backbone.config();
    try {
      manager = backbone.retain();
    } catch (RuntimeException e) {
      modules.close();
      throw e;
    }
    try (BertBackbone ours = onlyModel ? backbone : null) {
      BertWeights weights = new BertWeights(backbone, modules);
      embeddings = new Embeddings(weights);
      for (int i = 0; i < config.layers(); i++) {
        layers.add(new BertLayer(weights, i));
      }
      head = ScoringHead.find(weights);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  public BertConfig config() {
    return config;
  }

  /** Where it computes. */
  public Device device() {
    return backbone.device();
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
    try (GradientMode off = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      float[] flat = floats(embed(scope, sequences, pooling));
      float[][] vectors = new float[sequences.size()][config.hidden()];
      for (int row = 0; row < vectors.length; row++) {
        System.arraycopy(flat, row * config.hidden(), vectors[row], 0, config.hidden());
      }
      return vectors;
    }
  }

  /**
   * Computes one batch for training: gradients of the trainable modules flow through the result
   * where the calling thread has {@link GradientMode#on} open.
   *
   * @param scope owns the result and whatever is made on the way
   * @param sequences token ids {@code [seq]} each, of 1 to {@code config().positions()} tokens
   * @return {@code [batch, hidden]}, pooled, not normalised
   */
  public NDArray embed(NDManager scope, List<int[]> sequences, Pooling pooling) {
    TokenBatch batch = batch(scope, sequences, null);
    return pool(states(batch), batch, pooling);
  }

  /**
   * Token states after the last layer for training, as {@link #embed(NDManager, List, Pooling)}
   * embeds.
   *
   * @param scope owns the result and whatever is made on the way
   * @param sequences token ids {@code [seq]} each, of 1 to {@code config().positions()} tokens
   * @return {@code [batch, longest seq, hidden]}; what stands at padding means nothing
   */
  public NDArray states(NDManager scope, List<int[]> sequences) {
    TokenBatch batch = batch(scope, sequences, null);
    return states(batch).reshape(batch.size(), batch.length(), config.hidden());
  }

  /**
   * Scores pairs of texts: {@code classifier · tanh(pooler · x_cls)}, one logit a pair.
   *
   * @param sequences token ids {@code [seq]} each, both texts one after the other
   * @param types 0 or 1 for every token, as long as its sequence
   * @return one score a sequence
   * @throws IllegalArgumentException when types are not one for every token, or unknown
   * @throws IllegalStateException when neither backbone nor modules have a head
   */
  public float[] score(List<int[]> sequences, List<int[]> types) {
    checkTypes(sequences, types);
    float[] scores = new float[sequences.size()];
    int row = 0;
    for (List<int[]> part : parts(sequences)) {
      try (GradientMode off = GradientMode.off();
          NDManager scope = manager.newSubManager()) {
        float[] flat = floats(score(scope, part, types.subList(row, row + part.size())));
        System.arraycopy(flat, 0, scores, row, flat.length);
      }
      row += part.size();
    }
    return scores;
  }

  /**
   * Scores pairs of texts for training, as {@link #embed(NDManager, List, Pooling)} embeds.
   *
   * @param scope owns the result and whatever is made on the way
   * @return {@code [batch]}
   * @throws IllegalArgumentException when types are not one for every token, or unknown
   * @throws IllegalStateException when neither backbone nor modules have a head
   */
  public NDArray score(NDManager scope, List<int[]> sequences, List<int[]> types) {
    if (head == null) {
      throw new IllegalStateException(
          "Scores need the tensors %s and %s with one logit, which the model does not have"
              .formatted(BackboneTensors.POOLER, BackboneTensors.CLASSIFIER));
    }
    checkTypes(sequences, types);
    TokenBatch batch = batch(scope, sequences, types);
    return head.apply(pool(states(batch), batch, Pooling.CLS));
  }

  /** Checked here, because on a GPU a type out of range breaks the whole process. */
  private void checkTypes(List<int[]> sequences, List<int[]> types) {
    if (types.size() != sequences.size()) {
      throw new IllegalArgumentException(
          "%d sequences need as many arrays of types, got %d"
              .formatted(sequences.size(), types.size()));
    }
    for (int row = 0; row < types.size(); row++) {
      int[] given = types.get(row);
      if (given.length != sequences.get(row).length) {
        throw new IllegalArgumentException(
            "sequence %d has %d tokens and %d types"
                .formatted(row, sequences.get(row).length, given.length));
      }
      for (int type : given) {
        if (type < 0 || type >= config.types()) {
          throw new IllegalArgumentException(
              "Token types must be 0 to %d, one is %d".formatted(config.types() - 1, type));
        }
      }
    }
  }

  private TokenBatch batch(NDManager scope, List<int[]> sequences, @Nullable List<int[]> types) {
    return new TokenBatch(scope, sequences, types, config.padToken(), backbone.dataType());
  }

  private static float[] floats(NDArray array) {
    return array.toType(DataType.FLOAT32, false).toFloatArray();
  }

  /**
   * Token states after the last layer, for comparison with reference outputs.
   *
   * @return {@code [seq, hidden]} a sequence, row-major
   */
  float[][] lastHiddenStates(List<int[]> sequences) {
    try (NDManager scope = manager.newSubManager()) {
      TokenBatch batch = batch(scope, sequences, null);
      float[] flat = floats(states(batch));
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
    return backbone.ownedArrays() + manager.getManagedArrays().size();
  }

  /** Token states {@code [batch·seq, hidden]} after the last layer. */
  private NDArray states(TokenBatch batch) {
    NDArray x = embeddings.apply(batch);
    LayerStream stream = modules.begin(x);
    for (int i = 0; i < layers.size(); i++) {
      NDArray y = stream.afterLayer(i, x, layers.get(i).apply(x, batch));
      x.close();
      x = y;
    }
    return stream.afterModel(x);
  }

  /** {@code [batch·seq, hidden]} to {@code [batch, hidden]}. */
  private NDArray pool(NDArray states, TokenBatch batch, Pooling pooling) {
    NDArray byRow = states.reshape(batch.size(), batch.length(), config.hidden());
    NDArray weights = batch.poolingWeights();
    return switch (pooling) {
      case CLS -> byRow.get(states.getManager(), new NDIndex().addAllDim().addIndices(0));
      case MEAN ->
          weights == null
              ? byRow.mean(new int[] {1})
              : weights.batchMatMul(byRow).reshape(batch.size(), config.hidden());
    };
  }

  /** Frees the modules, and the backbone where nobody else holds it. Idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    manager.close();
    modules.close();
    backbone.release();
  }
}
