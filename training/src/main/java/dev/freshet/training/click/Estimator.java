package dev.freshet.training.click;

/** How examples are made of a click log: the kinds of {@link Debiasing}, as they are used. */
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

  /** What it stands for, with its usual numbers. */
  public Debiasing debiasing() {
    return debiasing;
  }

  @Override
  public String toString() {
    return label;
  }
}
