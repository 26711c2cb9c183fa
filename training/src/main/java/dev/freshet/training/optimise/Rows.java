package dev.freshet.training.optimise;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.SparseFormat;

/** Rows of a table, by the operator whose backward pass adds to those rows alone. */
public final class Rows {
  private Rows() {}

  /**
   * @param table {@code [rows, width]}
   * @param places {@code [chosen]}, of type int64
   * @return {@code [chosen, width]}, owned by the manager of {@code places}; gradients flow
   */
  public static NDArray select(NDArray table, NDArray places) {
    return places.getNDArrayInternal().embedding(places, table, SparseFormat.DENSE).get(0);
  }
}
