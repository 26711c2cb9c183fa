package dev.freshet.pipeline.ann;

class ExactIndexTest extends VectorIndexContractTest {
  @Override
  VectorIndex index(int dimensions) {
    return new ExactIndex(dimensions, 1);
  }
}
