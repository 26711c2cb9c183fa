package dev.freshet.model.checkpoint;

import java.util.List;

/**
 * One tensor of a safetensors file.
 *
 * @param name its name in the header
 * @param type element type
 * @param shape length of every dimension; empty for a scalar
 * @param position first byte, counted from the beginning of the file
 * @param bytes length in bytes
 */
public record TensorInfo(
    String name, TensorType type, List<Long> shape, long position, long bytes) {

  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return bytes / type.bytes();
  }
}
