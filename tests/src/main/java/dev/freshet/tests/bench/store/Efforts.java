package dev.freshet.tests.bench.store;

/** Values of the knob that searches of graphs have. */
final class Efforts {
  /** Candidates that a search keeps. */
  static final double[] CANDIDATES = {
    10, 12, 15, 18, 21, 25, 30, 35, 40, 45, 50, 55, 60, 70, 80, 90, 100, 115, 130, 145, 160, 180,
    200, 225, 250, 275, 300, 350, 400, 450, 500, 600, 700, 850, 1_000, 1_250, 1_500, 2_000
  };

  private Efforts() {}
}
