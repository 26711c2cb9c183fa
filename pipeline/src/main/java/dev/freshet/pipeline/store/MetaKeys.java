package dev.freshet.pipeline.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys and values of the default column family, big-endian so that they sort by number.
 *
 * <pre>
 * key                                                      value
 * "version"                                                int32 format version
 * "served"                                                 int32 generation that searches went to last
 * 'g' generation int32                                     dimensions int32, documents, passages, tombstones int64
 * 'c' generation int32                                     empty: has caught up with its topic once
 * 'o' generation int32, partition int32                    next offset of the vectors topic, int64
 * 'i' generation int32, number int32                       a part of what is kept of the vector index
 * </pre>
 */
final class MetaKeys {
  static final byte[] VERSION = "version".getBytes(StandardCharsets.UTF_8);
  static final byte[] SERVED = "served".getBytes(StandardCharsets.UTF_8);

  private static final byte GENERATION = 'g';
  private static final byte COMPLETE = 'c';
  private static final byte OFFSET = 'o';
  private static final byte INDEX = 'i';
  private static final int PREFIX = 1 + Integer.BYTES;

  private MetaKeys() {}

  static byte[] version(int version) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(version).array();
  }

  static int version(byte[] value) {
    return value.length == Integer.BYTES ? ByteBuffer.wrap(value).getInt() : -1;
  }

  static byte[] served(int generation) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(generation).array();
  }

  static int servedOf(byte[] value) {
    return ByteBuffer.wrap(value).getInt();
  }

  static byte[] generations() {
    return new byte[] {GENERATION};
  }

  static byte[] generation(int generation) {
    return prefix(GENERATION, generation);
  }

  static int generationOf(byte[] key) {
    return ByteBuffer.wrap(key).getInt(1);
  }

  static byte[] generationValue(int dimensions, StoreCounts counts) {
    return ByteBuffer.allocate(Integer.BYTES + 3 * Long.BYTES)
        .putInt(dimensions)
        .putLong(counts.documents())
        .putLong(counts.passages())
        .putLong(counts.tombstones())
        .array();
  }

  static int dimensionsOf(byte[] generationValue) {
    return ByteBuffer.wrap(generationValue).getInt();
  }

  static StoreCounts countsOf(byte[] generationValue) {
    ByteBuffer in = ByteBuffer.wrap(generationValue).position(Integer.BYTES);
    return new StoreCounts(in.getLong(), in.getLong(), in.getLong());
  }

  static byte[] complete(int generation) {
    return prefix(COMPLETE, generation);
  }

  static byte[] offsets(int generation) {
    return prefix(OFFSET, generation);
  }

  static byte[] offset(int generation, int partition) {
    return ByteBuffer.allocate(PREFIX + Integer.BYTES)
        .put(OFFSET)
        .putInt(generation)
        .putInt(partition)
        .array();
  }

  static int partitionOf(byte[] offsetKey) {
    return ByteBuffer.wrap(offsetKey).getInt(PREFIX);
  }

  static byte[] offsetValue(long nextOffset) {
    return ByteBuffer.allocate(Long.BYTES).putLong(nextOffset).array();
  }

  static long offsetOf(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  static byte[] indexParts(int generation) {
    return prefix(INDEX, generation);
  }

  static byte[] indexPart(int generation, int number) {
    return ByteBuffer.allocate(PREFIX + Integer.BYTES)
        .put(INDEX)
        .putInt(generation)
        .putInt(number)
        .array();
  }

  /** The first key behind every key that begins with this prefix; the prefix is never all 0xff. */
  static byte[] after(byte[] prefix) {
    byte[] next = prefix.clone();
    for (int i = next.length - 1; i >= 0; i--) {
      if (++next[i] != 0) {
        break;
      }
    }
    return next;
  }

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static byte[] prefix(byte kind, int generation) {
    return ByteBuffer.allocate(PREFIX).put(kind).putInt(generation).array();
  }
}
