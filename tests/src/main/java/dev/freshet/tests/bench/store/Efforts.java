package dev.freshet.tests.bench.store;

/** Values of the knob that searches of graphs have. */
final class Efforts {
  /** Candidates that a search keeps. */
  static final double[] CANDIDATES = {
    10, 15, 20, 30, 40, 60, 80, 100, 130, 160, 200, 250, 300, 400, 500, 700, 1_000, 1_500, 2_000
  };

  private Efforts() {}
}
