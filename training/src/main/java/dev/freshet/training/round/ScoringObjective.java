package dev.freshet.training.round;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.GradientMode;
import dev.freshet.model.encoder.Torch;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.optimise.Gradients;
import dev.freshet.training.optimise.Parts;
import dev.freshet.training.sampling.Epochs;
import dev.freshet.training.sampling.Relevance;
import dev.freshet.training.sampling.Seeds;
import dev.freshet.training.sampling.Sequences;
import dev.freshet.training.sampling.TextPair;
import dev.freshet.training.sampling.TrainingExample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A cross-encoder must score each query's document above others: {@link
 * dev.freshet.training.loss.ScoringLoss}. Not thread-safe.
 */
public final class ScoringObjective implements RoundObjective {
  /** Draws for a negative that is not known to answer, before the query is given up. */
  private static final int MOST_DRAWS = 1_000;

  private final TunedModel model;
  private final List<TrainingExample> examples;
  private final Relevance relevance;
  private final ScoringSettings settings;
  private final Epochs epochs;
  private final long seed;
  private final NDManager manager;

  /**
   * @param model whose tuning trains the head
   * @param examples at least two; hard negatives are theirs
   * @param relevance known answers, which never count as negatives
   * @param seed of order and drawn negatives
   */
  public ScoringObjective(
      TunedModel model,
      List<TrainingExample> examples,
      Relevance relevance,
      ScoringSettings settings,
      long seed) {
    if (examples.size() < 2) {
      throw new IllegalArgumentException(
          "a cross-encoder learns from at least 2 examples, has " + examples.size());
    }
    this.model = model;
    this.examples = List.copyOf(examples);
    this.relevance = relevance;
    this.settings = settings;
    this.seed = seed;
    epochs = new Epochs(examples.size(), settings.batch(), seed);
    manager = Torch.newManager(model.backbone().weights().device());
  }

  @Override
  public int batch() {
    return Math.min(settings.batch(), examples.size());
  }

  @Override
  public double chance() {
    return settings.loss().chance(1 + settings.negatives());
  }

  @Override
  public double backward(long step) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray value = forward(scope, step);
      Gradients.flow(value);
      return number(value);
    }
  }

  @Override
  public double loss(long step) {
    try (GradientMode off = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      return number(forward(scope, step));
    }
  }

  private NDArray forward(NDManager scope, long step) {
    Random random = Seeds.random(seed, step);
    List<TextPair> pairs = new ArrayList<>();
    int[] chosen = epochs.batch(step);
    double[] weights = new double[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      TrainingExample example = examples.get(chosen[i]);
      weights[i] = example.weight();
      pairs.add(pair(example, example.positive()));
      for (CorpusDocument negative : negatives(example, random)) {
        pairs.add(pair(example, negative));
      }
    }
    NDArray scores =
        scores(scope, pairs).reshape(new Shape(chosen.length, 1L + settings.negatives()));
    return settings.loss().of(scores, shares(scope, scores, weights));
  }

  private TextPair pair(TrainingExample example, CorpusDocument document) {
    Sequences sequences = model.backbone().sequences();
    return TextPair.of(
        sequences.query(example.query().text()),
        sequences.firstPassage(document),
        model.backbone().window());
  }

  private NDArray scores(NDManager scope, List<TextPair> pairs) {
    BertModel scorer = model.model(Side.QUERY);
    List<int[]> tokens = pairs.stream().map(TextPair::tokens).toList();
    List<int[]> types = pairs.stream().map(TextPair::types).toList();
    return new Parts(tokens)
        .inOrder(
            scope,
            part ->
                scorer
                    .score(scope, Parts.at(part, tokens), Parts.at(part, types))
                    .reshape(part.length, 1));
  }

  private static NDArray shares(NDManager scope, NDArray scores, double[] weights) {
    NDArray given = scope.create(weights);
    return given.div(given.sum()).toType(scores.getDataType(), false);
  }

  /** As many as the settings say, no document twice. */
  private List<CorpusDocument> negatives(TrainingExample example, Random random) {
    List<CorpusDocument> drawn = new ArrayList<>();
    List<CorpusDocument> pool = example.negatives();
    int[] order = Epochs.shuffled(pool.size(), random.nextLong(), 0);
    for (int i = 0; i < order.length && drawn.size() < settings.negatives(); i++) {
      drawn.add(pool.get(order[i]));
    }
    Set<String> taken = new HashSet<>();
    drawn.forEach(document -> taken.add(document.id()));
    taken.add(example.positive().id());
    for (int draw = 0; drawn.size() < settings.negatives(); draw++) {
      if (draw == MOST_DRAWS) {
        throw new IllegalArgumentException(
            "query %s has %d documents that can be its negatives, %d are needed"
                .formatted(example.query().id(), drawn.size(), settings.negatives()));
      }
      CorpusDocument other = examples.get(random.nextInt(examples.size())).positive();
      if (!relevance.isRelevant(example.query().id(), other.id()) && taken.add(other.id())) {
        drawn.add(other);
      }
    }
    return drawn;
  }

  private static double number(NDArray value) {
    return value.toType(DataType.FLOAT64, false).toDoubleArray()[0];
  }

  @Override
  public void close() {
    manager.close();
  }
}
