package dev.freshet.model.tuning;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The constant that a low-rank update is multiplied with. */
public enum LoraScaling {
  /**
   * Keeps the size of the update and of its gradients when the rank grows (rsLoRA, Kalajdzievski
   * 2023, arXiv 2312.03732).
   */
  @JsonProperty("alpha/sqrt(rank)")
  RANK_STABILISED {
    @Override
    double scale(double alpha, int rank) {
      return alpha / Math.sqrt(rank);
    }
  },
  /** As in the paper of LoRA. */
  @JsonProperty("alpha/rank")
  CLASSIC {
    @Override
    double scale(double alpha, int rank) {
      return alpha / rank;
    }
  };

  abstract double scale(double alpha, int rank);
}
