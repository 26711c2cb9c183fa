package dev.freshet.tests.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * The rate of float32 matrix products in the libtorch that also runs the encoder, on one thread:
 * the most that an encoder made of such products can reach.
 *
 * <p>One per thread.
 */
final class SgemmProbe implements AutoCloseable {
  private static final int ROWS = 1024;
  private static final int SQUARE = 1024;

  private final NDManager manager = Torch.newManager(Device.cpu());
  private final List<NDArray[]> linears = new ArrayList<>();
  private final NDArray[] square;

  SgemmProbe(BertConfig config) {
    int d = config.hidden();
    linears.add(pair(ROWS, d, 3 * d));
    linears.add(pair(ROWS, d, d));
    linears.add(pair(ROWS, d, config.ffn()));
    linears.add(pair(ROWS, config.ffn(), d));
    square = pair(SQUARE, SQUARE, SQUARE);
  }

  private NDArray[] pair(int rows, int inner, int columns) {
    NDArray left = manager.randomNormal(new Shape(rows, inner));
    NDArray weight = manager.randomNormal(new Shape(columns, inner));
    return new NDArray[] {left, weight.transpose()};
  }

  /** GFLOP per CPU-second over one of each product that a layer's linears make. */
  double linears() {
    return rate(linears);
  }

  /** GFLOP per CPU-second of one square product of 1024 a side. */
  double square() {
    return rate(List.of(square, square));
  }

  private static double rate(List<NDArray[]> products) {
    double operations = 0;
    long start = CpuClock.thread();
    for (NDArray[] product : products) {
      product[0].matMul(product[1]).close();
      Shape left = product[0].getShape();
      operations += 2.0 * left.get(0) * left.get(1) * product[1].getShape().get(1);
    }
    return operations / (CpuClock.thread() - start);
  }

  @Override
  public void close() {
    manager.close();
  }
}
