package dev.freshet.pipeline.ann;

class IvfIndexConcurrencyTest extends ConcurrencyContractTest {
  @Override
  VectorIndex index(int dimensions) {
    // Calibrated in the thread of whoever is the reason; searches look at every cell.
    return new IvfIndex(dimensions, new IvfSettings(60, 32, 1, 1), Runnable::run);
  }

  @Override
  int versions() {
    return 32;
  }

  @Override
  int writes() {
    return 8_000;
  }
}
