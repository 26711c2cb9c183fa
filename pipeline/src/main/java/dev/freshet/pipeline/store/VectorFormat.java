package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.PassageVector;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The value of a document in {@code vectors.<g>}, little-endian: for each passage
 *
 * <pre>
 * offset  bytes  field
 *      0      4  scale, float32: what a level stands for
 *      4     2d  levels, int16, -32767 to 32767
 * </pre>
 *
 * <p>A component is off by half a level at most, which is one part in 65,534 of the vector's
 * largest: as a rule less than float16 is off, and of any size. Only a vector whose scale would be
 * subnormal is kept as zeros. How many passages there are and how many dimensions say the
 * document's header and the generation.
 */
final class VectorFormat {
  private static final int MAX_LEVEL = Short.MAX_VALUE;

  /** What stays finite when it is read, however its scale was rounded. */
  private static final float MOST = Float.MAX_VALUE * (1 - 1e-6f);

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_128;
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
  private static final int LANES = FLOATS.length();

  /**
   * Floats of this size are whole numbers, so that a smaller one which is added, up to a third of
   * it, is rounded to the nearest, and stands in the lowest bits.
   */
  private static final float WHOLE = 1.5f * (1 << 23);

  private static final VarHandle SCALE =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle LEVEL =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private VectorFormat() {}

  /** Of one passage. */
  static int bytes(int dimensions) {
    return Math.addExact(Float.BYTES, Math.multiplyExact(Short.BYTES, dimensions));
  }

  /**
   * @throws IllegalArgumentException when a component is not finite
   */
  static byte[] encode(List<PassageVector> passages, int dimensions) {
    byte[] value = new byte[Math.multiplyExact(bytes(dimensions), passages.size())];
    for (int i = 0; i < passages.size(); i++) {
      encode(passages.get(i).vector(), value, i * bytes(dimensions));
    }
    return value;
  }

  private static void encode(float[] vector, byte[] value, int at) {
    float largest = largest(vector);
    if (!Float.isFinite(largest)) {
      throw new IllegalArgumentException("a vector holds " + largest);
    }
    float scale = Math.min(largest, MOST) / MAX_LEVEL;
    // One that is too small to be divided by is nothing.
    float inverse = scale >= Float.MIN_NORMAL ? 1 / scale : 0;
    SCALE.set(value, at, scale);
    int levels = at + Float.BYTES;
    int d = 0;
    for (; d <= vector.length - LANES; d += LANES) {
      ((ShortVector)
              FloatVector.fromArray(FLOATS, vector, d)
                  .mul(inverse)
                  .add(WHOLE)
                  .reinterpretAsInts()
                  .castShape(SHORTS, 0))
          .reinterpretAsBytes()
          .intoArray(value, levels + d * Short.BYTES);
    }
    for (; d < vector.length; d++) {
      short level = (short) Float.floatToRawIntBits(vector[d] * inverse + WHOLE);
      LEVEL.set(value, levels + d * Short.BYTES, level);
    }
  }

  /** Of the components' absolute values; NaN where one is. */
  private static float largest(float[] vector) {
    FloatVector most = FloatVector.zero(FLOATS);
    int d = 0;
    for (; d <= vector.length - LANES; d += LANES) {
      most = most.max(FloatVector.fromArray(FLOATS, vector, d).abs());
    }
    float largest = most.reduceLanes(VectorOperators.MAX);
    for (; d < vector.length; d++) {
      largest = Math.max(largest, Math.abs(vector[d]));
    }
    return largest;
  }

  /** Vectors {@code [passages][dimensions]}, of as many passages as there are. */
  static float[][] decode(byte[] value, int dimensions) {
    return decode(value, value.length / bytes(dimensions), dimensions);
  }

  /** Vectors {@code [passages][dimensions]}. */
  static float[][] decode(byte[] value, int passages, int dimensions) {
    if (value.length != (long) bytes(dimensions) * passages) {
      throw new StoreDamagedException(
          "A stored vector value of %d bytes does not hold %d passages of %d dimensions. %s"
              .formatted(value.length, passages, dimensions, StoreErrors.REBUILD_GENERATION));
    }
    float[][] vectors = new float[passages][dimensions];
    for (int i = 0; i < passages; i++) {
      decode(value, i * bytes(dimensions), vectors[i]);
    }
    return vectors;
  }

  private static void decode(byte[] value, int at, float[] vector) {
    float scale = (float) SCALE.get(value, at);
    int levels = at + Float.BYTES;
    int d = 0;
    for (; d <= vector.length - LANES; d += LANES) {
      ((FloatVector)
              ByteVector.fromArray(BYTES, value, levels + d * Short.BYTES)
                  .reinterpretAsShorts()
                  .castShape(FLOATS, 0))
          .mul(scale)
          .intoArray(vector, d);
    }
    for (; d < vector.length; d++) {
      vector[d] = scale * (short) LEVEL.get(value, levels + d * Short.BYTES);
    }
  }
}
