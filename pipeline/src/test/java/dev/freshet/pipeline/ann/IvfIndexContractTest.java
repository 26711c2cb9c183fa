package dev.freshet.pipeline.ann;

import org.assertj.core.data.Offset;

/** An index with small cells, of which searches look at every one. */
class IvfIndexContractTest extends VectorIndexContractTest {
  @Override
  VectorIndex index(int dimensions) {
    return new IvfIndex(dimensions, new IvfSettings(60, 128, 1, 1), Runnable::run);
  }

  @Override
  Offset<Float> rounding() {
    return Offset.offset(0.01f);
  }
}
