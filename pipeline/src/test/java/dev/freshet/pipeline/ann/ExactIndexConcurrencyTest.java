package dev.freshet.pipeline.ann;

class ExactIndexConcurrencyTest extends ConcurrencyContractTest {
  @Override
  VectorIndex index(int dimensions) {
    return new ExactIndex(dimensions, 1, 64);
  }
}
