package dev.freshet.training.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import dev.freshet.model.encoder.Scalars;

/**
 * What a cross-encoder's scores of a query's documents should make smaller. The first document of a
 * group is the one that answers.
 */
public enum ScoringLoss {
  /**
   * RankNet (Burges et al., ICML 2005): {@code log(1 + exp(s_other - s_first))}, the mean over the
   * other documents. Each pair counts for itself.
   */
  PAIRWISE {
    @Override
    NDArray ofGroups(NDArray scores) {
      long others = scores.getShape().get(1) - 1;
      NDArray first = scores.get(":, :1");
      NDArray margins = first.sub(scores.get(":, 1:"));
      return Scalars.over(Activation.softPlus(margins.neg()).sum(new int[] {1}), others);
    }

    @Override
    public double chance(int documents) {
      return Math.log(2);
    }
  },
  /**
   * The softmax cross-entropy over the group (ListNet with one relevant document: Cao et al., ICML
   * 2007; localized contrastive estimation: Gao et al., ECIR 2021, arXiv 2101.08751). Hard
   * negatives count most.
   */
  LISTWISE {
    @Override
    NDArray ofGroups(NDArray scores) {
      return scores.logSoftmax(1).get(":, 0").neg();
    }

    @Override
    public double chance(int documents) {
      return Math.log(documents);
    }
  };

  /** {@code [groups, documents]} to {@code [groups]}. */
  abstract NDArray ofGroups(NDArray scores);

  /**
   * The loss of scores that are all equal, in nats.
   *
   * @param documents of a group
   */
  public abstract double chance(int documents);

  /**
   * The weighted mean over the groups.
   *
   * @param scores {@code [groups, documents]}, at least two documents a group
   * @param shares {@code [groups]}, which sum to 1
   * @return one number, owned by the manager of {@code scores}
   */
  public NDArray of(NDArray scores, NDArray shares) {
    if (scores.getShape().get(1) < 2) {
      throw new IllegalArgumentException(
          "a group needs at least 2 documents to be told apart, has " + scores.getShape().get(1));
    }
    return ofGroups(scores).mul(shares).sum();
  }
}
