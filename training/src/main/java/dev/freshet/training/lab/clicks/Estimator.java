package dev.freshet.training.lab.clicks;

import dev.freshet.training.click.Debiasing;

/** How examples are made of a click log. */
public enum Estimator {
  /** A click is an answer. */
  UNWEIGHTED("unweighted", new Debiasing.Unweighted()),

  /** A click counts one over the examination of its position, ten at most. */
  INVERSE_PROPENSITY("inverse-propensity", new Debiasing.InversePropensity(10)),

  /** What the clicks on a document make likely to be an answer, is one. */
  POSTERIOR("posterior", Debiasing.Posterior.defaults());

  private final String label;
  private final Debiasing debiasing;

  Estimator(String label, Debiasing debiasing) {
    this.label = label;
    this.debiasing = debiasing;
  }

  Debiasing debiasing() {
    return debiasing;
  }

  @Override
  public String toString() {
    return label;
  }
}
