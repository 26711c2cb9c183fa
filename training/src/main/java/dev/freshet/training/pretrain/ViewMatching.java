package dev.freshet.training.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.Pooling;
import dev.freshet.model.encoder.Torch;
import dev.freshet.training.loss.InfoNce;
import dev.freshet.training.optimise.Gradients;
import dev.freshet.training.optimise.Objective;
import dev.freshet.training.optimise.PartwiseEmbedding;
import dev.freshet.training.sampling.Epochs;
import dev.freshet.training.sampling.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Unsupervised contrastive learning: each view of a document is told from the views of all the
 * others in the batch by its other view. Not thread-safe.
 */
final class ViewMatching implements Objective, AutoCloseable {
  private final BertModel model;
  private final List<TextViews.Tokens> documents;
  private final TextViews views;
  private final InfoNce loss;
  private final Epochs epochs;
  private final long seed;
  private final NDManager manager;

  ViewMatching(
      BertModel model,
      List<TextViews.Tokens> documents,
      TextViews views,
      InfoNce loss,
      int batch,
      long seed) {
    this.model = model;
    this.documents = documents;
    this.views = views;
    this.loss = loss;
    this.seed = seed;
    epochs = new Epochs(documents.size(), batch, seed);
    manager = Torch.newManager(model.device());
  }

  @Override
  public double backward(long step) {
    Random random = Seeds.random(seed, step);
    List<int[]> left = new ArrayList<>();
    List<int[]> right = new ArrayList<>();
    for (int index : epochs.batch(step)) {
      int[][] pair = views.pair(documents.get(index), random);
      left.add(pair[0]);
      right.add(pair[1]);
    }
    try (NDManager scope = manager.newSubManager()) {
      NDArray queries = PartwiseEmbedding.embed(scope, model, left, Pooling.MEAN);
      NDArray candidates = PartwiseEmbedding.embed(scope, model, right, Pooling.MEAN);
      NDArray value = loss.symmetric(queries, candidates);
      Gradients.flow(value);
      return value.toType(DataType.FLOAT32, false).getFloat();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
