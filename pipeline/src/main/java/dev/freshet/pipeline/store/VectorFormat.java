package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.PassageVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The value of a document in {@code vectors.<g>}: its passages' vectors one after the other,
 * little-endian float32. How many there are and how long says the document's header and the
 * generation.
 */
final class VectorFormat {
  private VectorFormat() {}

  static byte[] encode(List<PassageVector> passages, int dimensions) {
    int size = Math.multiplyExact(Float.BYTES * dimensions, passages.size());
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (PassageVector passage : passages) {
      out.asFloatBuffer().put(passage.vector());
      out.position(out.position() + Float.BYTES * dimensions);
    }
    return out.array();
  }

  /** Vectors {@code [passages][dimensions]}, of as many passages as there are. */
  static float[][] decode(byte[] value, int dimensions) {
    return decode(value, value.length / (Float.BYTES * dimensions), dimensions);
  }

  /** Vectors {@code [passages][dimensions]}. */
  static float[][] decode(byte[] value, int passages, int dimensions) {
    if (value.length != (long) Float.BYTES * dimensions * passages) {
      throw new StoreDamagedException(
          "A stored vector value of %d bytes does not hold %d passages of %d dimensions. %s"
              .formatted(value.length, passages, dimensions, StoreErrors.REBUILD_GENERATION));
    }
    ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    float[][] vectors = new float[passages][dimensions];
    for (int i = 0; i < passages; i++) {
      in.position(i * Float.BYTES * dimensions);
      in.asFloatBuffer().get(vectors[i]);
    }
    return vectors;
  }
}
