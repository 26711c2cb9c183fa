package dev.freshet.training.round;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.Pooling;
import dev.freshet.model.encoder.Torch;
import dev.freshet.training.loss.InfoNce;
import dev.freshet.training.optimise.CachedEmbedding;
import dev.freshet.training.optimise.Gradients;
import dev.freshet.training.optimise.PartwiseEmbedding;
import dev.freshet.training.sampling.Epochs;
import dev.freshet.training.sampling.Relevance;
import dev.freshet.training.sampling.Seeds;
import dev.freshet.training.sampling.Sequences;
import dev.freshet.training.sampling.TrainingExample;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A bi-encoder must tell each query's document from the others of the batch: {@link InfoNce}. Not
 * thread-safe.
 */
public final class RetrievalObjective implements RoundObjective {
  /** Batches are much alike: how many candidates they have varies by some in a hundred. */
  private static final int BATCHES_OF_CHANCE = 8;

  private final TunedModel model;
  private final Sequences sequences;
  private final Pooling pooling;
  private final List<TrainingExample> examples;
  private final Relevance relevance;
  private final RetrievalSettings settings;
  private final InfoNce loss;
  private final Epochs epochs;
  private final long seed;
  private final NDManager manager;

  /**
   * @param examples at least two
   * @param relevance known answers, which count as negatives of those examples only that say so
   * @param seed of order and drawn negatives
   */
  public RetrievalObjective(
      TunedModel model,
      List<TrainingExample> examples,
      Relevance relevance,
      RetrievalSettings settings,
      long seed) {
    if (examples.size() < 2) {
      throw new IllegalArgumentException(
          "a bi-encoder learns from at least 2 examples, has " + examples.size());
    }
    this.model = model;
    this.examples = List.copyOf(examples);
    this.relevance = relevance;
    this.settings = settings;
    this.seed = seed;
    sequences = model.backbone().sequences();
    pooling = model.backbone().pooling();
    loss = new InfoNce(settings.temperature());
    epochs = new Epochs(examples.size(), settings.batch(), seed);
    manager = Torch.newManager(model.backbone().weights().device());
  }

  @Override
  public int batch() {
    return Math.min(settings.batch(), examples.size());
  }

  /**
   * The mean over the first batches: examples of one document are one candidate, so on a small
   * collection there are far fewer than examples and negatives.
   */
  @Override
  public double chance() {
    return LongStream.range(0, BATCHES_OF_CHANCE)
        .mapToDouble(step -> batch(step).targets().chance())
        .average()
        .orElseThrow();
  }

  @Override
  public double backward(long step) {
    RetrievalBatch batch = batch(step);
    return settings.cacheGradients() ? cached(batch) : whole(batch);
  }

  private RetrievalBatch batch(long step) {
    List<TrainingExample> chosen =
        Arrays.stream(epochs.batch(step)).mapToObj(examples::get).toList();
    return RetrievalBatch.of(chosen, relevance, settings.negatives(), Seeds.random(seed, step));
  }

  private List<int[]> queries(RetrievalBatch batch) {
    return batch.queries().stream().map(sequences::query).toList();
  }

  private List<int[]> candidates(RetrievalBatch batch) {
    return batch.candidates().stream().map(sequences::firstPassage).toList();
  }

  private double whole(RetrievalBatch batch) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray value = forward(scope, batch);
      Gradients.flow(value);
      return number(value);
    }
  }

  private NDArray forward(NDManager scope, RetrievalBatch batch) {
    NDArray queries =
        PartwiseEmbedding.embed(scope, model.model(Side.QUERY), queries(batch), pooling);
    NDArray candidates =
        PartwiseEmbedding.embed(scope, model.model(Side.DOCUMENT), candidates(batch), pooling);
    return loss.weighted(queries, candidates, batch.targets());
  }

  private double cached(RetrievalBatch batch) {
    try (NDManager scope = manager.newSubManager()) {
      CachedEmbedding queries =
          new CachedEmbedding(scope, model.model(Side.QUERY), queries(batch), pooling);
      CachedEmbedding candidates =
          new CachedEmbedding(scope, model.model(Side.DOCUMENT), candidates(batch), pooling);
      NDArray value = loss.weighted(queries.vectors(), candidates.vectors(), batch.targets());
      Gradients.flow(value);
      if (model.isTrained(Side.QUERY)) {
        queries.flow();
      }
      if (model.isTrained(Side.DOCUMENT)) {
        candidates.flow();
      }
      return number(value);
    }
  }

  @Override
  public double loss(long step) {
    try (GradientMode off = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      return number(forward(scope, batch(step)));
    }
  }

  private static double number(NDArray value) {
    return value.toType(DataType.FLOAT64, false).toDoubleArray()[0];
  }

  @Override
  public void close() {
    manager.close();
  }
}
