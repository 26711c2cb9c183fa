package dev.freshet.training.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.freshet.model.encoder.Scalars;

/**
 * InfoNCE with in-batch negatives (van den Oord et al. 2018, arXiv 1807.03748): each query's own
 * candidate must be told from all the others, by a softmax over cosines.
 *
 * @param temperature what cosines are divided by, above 0: the smaller, the more the nearest wrong
 *     candidates count
 */
public record InfoNce(double temperature) {
  public InfoNce {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("temperature must be above 0, was " + temperature);
    }
  }

  /**
   * The mean over both directions: candidates for a query, and queries for a candidate.
   *
   * @param queries {@code [batch, dimensions]}, not normalised
   * @param candidates {@code [batch, dimensions]}, row i belongs to query i
   * @return one number, owned by the manager of {@code queries}
   */
  public NDArray symmetric(NDArray queries, NDArray candidates) {
    NDArray scores = scores(queries, candidates);
    NDArray own = diagonal(scores.getManager(), scores.getShape().get(0));
    return Scalars.over(picked(scores, own).add(picked(scores.transpose(), own)), 2);
  }

  /**
   * The weighted mean over the queries alone, against whatever candidates there are: positives of
   * the other queries and mined negatives. A query's excluded candidates count for nothing.
   *
   * @param queries {@code [batch, dimensions]}, not normalised
   * @param candidates {@code [candidates, dimensions]}, not normalised
   * @param batch which candidate is whose
   * @return one number, owned by the manager of {@code queries}
   */
  public NDArray weighted(NDArray queries, NDArray candidates, ContrastiveBatch batch) {
    NDManager scope = queries.getManager();
    NDArray scores = scores(queries, candidates);
    NDArray allowed = scores.add(like(scores, scope.create(batch.penalties(), scores.getShape())));
    NDArray own = scope.create(batch.positives(), new Shape(batch.size(), 1));
    NDArray weights = like(scores, scope.create(batch.shares(), new Shape(batch.size(), 1)));
    return allowed.logSoftmax(1).gather(own, 1).mul(weights).sum().neg();
  }

  private NDArray scores(NDArray queries, NDArray candidates) {
    return Scalars.over(unit(queries).matMul(unit(candidates).transpose()), temperature);
  }

  private static NDArray like(NDArray scores, NDArray other) {
    return other.toType(scores.getDataType(), false);
  }

  private static NDArray unit(NDArray rows) {
    return rows.normalize(2, 1, 1e-12);
  }

  private static NDArray diagonal(NDManager manager, long rows) {
    return manager.arange(0, (int) rows).toType(DataType.INT64, false).reshape(rows, 1);
  }

  private static NDArray picked(NDArray scores, NDArray own) {
    return scores.logSoftmax(1).gather(own, 1).mean().neg();
  }
}
