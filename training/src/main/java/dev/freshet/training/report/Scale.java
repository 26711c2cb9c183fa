package dev.freshet.training.report;

/** How numbers are spread over an axis. */
public enum Scale {
  LINEAR,

  /** Equal ratios are equally far apart; for numbers above 0, such as learning rates. */
  LOGARITHMIC
}
