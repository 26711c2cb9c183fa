package dev.freshet.training.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.Linear;
import dev.freshet.model.encoder.Scalars;
import dev.freshet.model.encoder.Torch;
import dev.freshet.training.optimise.Gradients;
import dev.freshet.training.optimise.Objective;
import dev.freshet.training.optimise.Rows;
import dev.freshet.training.sampling.Seeds;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Guessing hidden tokens from their surroundings (Devlin et al., NAACL 2019, arXiv 1810.04805),
 * with BERT's head: {@code logits = E · LN(gelu(W · state + b)) + c}, E being the word embedding
 * table itself.
 *
 * <p>Not thread-safe.
 */
final class MaskedLanguageModel implements Objective, AutoCloseable {
  private static final String TRANSFORM = "cls.predictions.transform.dense";
  private static final String NORM = "cls.predictions.transform.LayerNorm";
  private static final String OUTPUT_BIAS = "cls.predictions.bias";
  private static final float NORM_EPS = 1e-12f;
  private static final double DEVIATION = 0.02;

  /** Tokens a pass: gradients add up over passes, and wider ones fall out of the caches. */
  private static final int PASS_TOKENS = 1024;

  private final BertModel model;
  private final NDArray words;
  private final PackedTexts texts;
  private final TokenMasks masks;
  private final long seed;
  private final NDManager manager;
  private final Map<String, NDArray> head = new LinkedHashMap<>();

  /**
   * @param words the model's own word embedding table {@code [vocabulary, hidden]}, trained along
   */
  MaskedLanguageModel(
      BertModel model, NDArray words, PackedTexts texts, TokenMasks masks, long seed) {
    this.model = model;
    this.words = words;
    this.texts = texts;
    this.masks = masks;
    this.seed = seed;
    manager = Torch.newManager(words.getDevice());
    int d = model.config().hidden();
    head.put(TRANSFORM + ".weight", normal(d, d));
    head.put(TRANSFORM + ".bias", manager.zeros(new Shape(d)));
    head.put(NORM + ".weight", manager.ones(new Shape(d)));
    head.put(NORM + ".bias", manager.zeros(new Shape(d)));
    head.put(OUTPUT_BIAS, manager.zeros(new Shape(model.config().vocabulary())));
    head.values().forEach(tensor -> tensor.setRequiresGradient(true));
  }

  private NDArray normal(int rows, int columns) {
    Random random = Seeds.random(seed, TRANSFORM.hashCode());
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (DEVIATION * random.nextGaussian());
    }
    return Torch.create(manager, values, new Shape(rows, columns));
  }

  /** The head's own trainable tensors, by their Hugging Face names. */
  Map<String, NDArray> head() {
    return head;
  }

  /** The mean cross-entropy of the guesses, in nats. */
  @Override
  public double backward(long step) {
    int[][] sequences = texts.batch(step);
    TokenMasks.Guesses all = masks.hide(sequences, Seeds.random(seed, step));
    if (all.rows().isEmpty()) {
      return 0; // a batch so short that nothing was drawn: there is nothing to learn from it
    }
    int length = sequences[0].length;
    int rows = Math.max(1, PASS_TOKENS / length);
    double loss = 0;
    for (int from = 0; from < sequences.length; from += rows) {
      int[][] pass = Arrays.copyOfRange(sequences, from, Math.min(from + rows, sequences.length));
      loss += backward(pass, from * length, all);
    }
    return loss;
  }

  /**
   * One pass over some of a batch's sequences.
   *
   * @param firstRow place of the first token in the batch
   * @return its share of the batch's mean
   */
  private double backward(int[][] sequences, int firstRow, TokenMasks.Guesses all) {
    int end = firstRow + sequences.length * sequences[0].length;
    int[] own =
        IntStream.range(0, all.rows().size())
            .filter(i -> all.rows().get(i) >= firstRow && all.rows().get(i) < end)
            .toArray();
    if (own.length == 0) {
      return 0;
    }
    long[] rows = Arrays.stream(own).mapToLong(i -> all.rows().get(i) - firstRow).toArray();
    long[] tokens = Arrays.stream(own).mapToLong(i -> all.tokens().get(i)).toArray();
    try (NDManager scope = manager.newSubManager()) {
      NDArray states = model.states(scope, List.of(sequences));
      NDArray flat = states.reshape(-1, model.config().hidden());
      NDArray guessed = logits(Rows.select(flat, scope.create(rows))).logSoftmax(1);
      NDArray right = guessed.gather(scope.create(tokens, new Shape(tokens.length, 1)), 1);
      NDArray loss = Scalars.times(right.sum(), -1f / all.rows().size());
      Gradients.flow(loss);
      return loss.toType(DataType.FLOAT32, false).getFloat();
    }
  }

  private NDArray logits(NDArray states) {
    NDArray transformed =
        new Linear(tensor(TRANSFORM + ".weight"), tensor(TRANSFORM + ".bias"))
            .apply(states)
            .getNDArrayInternal()
            .gelu();
    NDArray normed =
        transformed
            .getNDArrayInternal()
            .layerNorm(
                transformed,
                new Shape(model.config().hidden()),
                tensor(NORM + ".weight"),
                tensor(NORM + ".bias"),
                NORM_EPS)
            .get(0);
    return new Linear(words, tensor(OUTPUT_BIAS)).apply(normed);
  }

  private NDArray tensor(String name) {
    NDArray tensor = head.get(name);
    if (tensor == null) {
      throw new IllegalStateException("the head has no tensor " + name);
    }
    return tensor;
  }

  /** Frees the head; the model stays. Idempotent. */
  @Override
  public void close() {
    manager.close();
  }
}
