package dev.freshet.model.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Sixteen-bit floating point to float32, exactly. */
final class HalfFloats {
  private HalfFloats() {}

  @FunctionalInterface
  interface Conversion {
    float convert(short bits);
  }

  /** Converts little-endian 16-bit values to a direct buffer of float32 in native order. */
  static ByteBuffer widen(ByteBuffer source, Conversion conversion) {
    int count = source.remaining() / Short.BYTES;
    ByteBuffer target =
        ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
            .order(ByteOrder.nativeOrder());
    for (int i = 0; i < count; i++) {
      target.putFloat(i * Float.BYTES, conversion.convert(source.getShort(i * Short.BYTES)));
    }
    return target;
  }

  /** bfloat16: the upper half of a float32. */
  static float brain(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
  static float half(short bits) {
    float sign = bits < 0 ? -1f : 1f;
    int exponent = (bits >>> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0x1f) {
      return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    return exponent == 0
        ? sign * Math.scalb((float) fraction, -24)
        : sign * Math.scalb((float) (fraction | 0x400), exponent - 25);
  }
}
