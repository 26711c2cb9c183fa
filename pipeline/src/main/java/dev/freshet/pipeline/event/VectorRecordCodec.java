package dev.freshet.pipeline.event;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The one binary format of {@code vectors.<g>} values. The record's key is the document id.
 *
 * <p>All numbers are little-endian; there is no padding.
 *
 * <pre>
 * offset  bytes  field
 *      0      1  version, 1
 *      1      1  kind: 1 upsert, 2 delete
 *      2      4  generation, int32, not negative
 *      6      4  partition of {@code documents}, int32, not negative
 *     10      8  offset in that partition, int64, not negative
 *     18      8  timestamp, int64, milliseconds since the epoch
 *                                                  a delete goes on with the checksum
 *     26      4  p: payload length, int32
 *     30      p  payload, as in {@code documents}
 *   30+p      4  d: dimensions, int32, 1 to 65,536
 *   34+p      4  n: passages, int32, at least 1
 *   38+p      -  n times: start int32, end int32, vector float32[d], all finite
 *    end      4  CRC32C of every byte before it
 * </pre>
 *
 * Decoding is strict: what does not follow this layout to the byte is refused, so a record that was
 * accepted can be stored and searched. Stateless and thread-safe.
 */
public final class VectorRecordCodec {
  /** Longest vector that the format takes. */
  public static final int MAX_DIMENSIONS = 65_536;

  private static final byte VERSION = 1;
  private static final byte UPSERT = 1;
  private static final byte DELETE = 2;
  private static final int HEADER = 26;
  private static final int CHECKSUM = Integer.BYTES;
  private static final int RANGE = 2 * Integer.BYTES;

  private VectorRecordCodec() {}

  /** The key of a document's records: its id in UTF-8. */
  public static byte[] key(String id) {
    return id.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The record's value.
   *
   * @throws IllegalArgumentException when the record breaks a limit of the format: it would be
   *     refused by {@link #decode}
   */
  public static byte[] encode(VectorRecord record) {
    long size = HEADER + CHECKSUM + (record instanceof VectorRecord.Upsert u ? bodySize(u) : 0);
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "document %s needs %d bytes, more than one record holds".formatted(record.id(), size));
    }
    ByteBuffer out = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    out.put(VERSION).put(record instanceof VectorRecord.Upsert ? UPSERT : DELETE);
    out.putInt(record.generation());
    out.putInt(record.position().partition()).putLong(record.position().offset());
    out.putLong(record.timestampMillis());
    if (record instanceof VectorRecord.Upsert upsert) {
      putBody(out, upsert);
    }
    out.putInt(checksum(out.array(), out.position()));
    try {
      checkHeader(record.generation(), record.position());
    } catch (MalformedRecordException e) {
      throw new IllegalArgumentException("document " + record.id() + ": " + e.getMessage(), e);
    }
    return out.array();
  }

  private static long bodySize(VectorRecord.Upsert upsert) {
    int dimensions = upsert.passages().get(0).vector().length;
    long passage = RANGE + (long) Float.BYTES * dimensions;
    return 3L * Integer.BYTES + upsert.payload().length + passage * upsert.passages().size();
  }

  private static void putBody(ByteBuffer out, VectorRecord.Upsert upsert) {
    int dimensions = upsert.passages().get(0).vector().length;
    out.putInt(upsert.payload().length).put(upsert.payload());
    out.putInt(dimensions).putInt(upsert.passages().size());
    try {
      checkDimensions(dimensions);
      for (PassageVector passage : upsert.passages()) {
        if (passage.vector().length != dimensions) {
          throw new MalformedRecordException(
              "passages of %d and %d dimensions".formatted(dimensions, passage.vector().length));
        }
        checkPassage(passage);
        out.putInt(passage.start()).putInt(passage.end());
        out.asFloatBuffer().put(passage.vector());
        out.position(out.position() + Float.BYTES * dimensions);
      }
    } catch (MalformedRecordException e) {
      throw new IllegalArgumentException("document " + upsert.id() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The record of a key and a value.
   *
   * @param id the record's key
   * @param value the record's value; payload and vectors are copied out of it
   * @throws MalformedRecordException when the value does not follow the layout; the message says
   *     where
   */
  public static VectorRecord decode(String id, byte[] value) throws MalformedRecordException {
    ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    byte kind = checkEnvelope(in);
    checkChecksum(value);
    in.limit(value.length - CHECKSUM);
    int generation = in.getInt();
    Position position = new Position(in.getInt(), in.getLong());
    long timestampMillis = in.getLong();
    checkHeader(generation, position);
    if (kind == DELETE) {
      return new VectorRecord.Delete(id, generation, position, timestampMillis);
    }
    byte[] payload = new byte[in.getInt()];
    in.get(payload);
    return new VectorRecord.Upsert(
        id, generation, position, timestampMillis, payload, passages(in));
  }

  /** Checks version, kind and length; leaves the buffer behind the kind. */
  private static byte checkEnvelope(ByteBuffer in) throws MalformedRecordException {
    need(in, 2, "version and kind");
    byte version = in.get();
    if (version != VERSION) {
      throw new MalformedRecordException(
          "vector record of version %d, this build reads version %d".formatted(version, VERSION));
    }
    byte kind = in.get();
    if (kind != UPSERT && kind != DELETE) {
      throw new MalformedRecordException(
          "vector record of kind %d, expected %d (upsert) or %d (delete)"
              .formatted(kind, UPSERT, DELETE));
    }
    long expected = expectedSize(in, kind);
    if (in.capacity() != expected) {
      throw new MalformedRecordException(
          in.capacity() < expected
              ? "vector record truncated: %d bytes of %d".formatted(in.capacity(), expected)
              : "vector record has trailing bytes: %d bytes, %d expected"
                  .formatted(in.capacity(), expected));
    }
    return kind;
  }

  private static void checkChecksum(byte[] value) throws MalformedRecordException {
    int end = value.length - CHECKSUM;
    int stored = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
    int actual = checksum(value, end);
    if (stored != actual) {
      throw new MalformedRecordException(
          "vector record fails its checksum: CRC32C %08x, stored %08x".formatted(actual, stored));
    }
  }

  private static long expectedSize(ByteBuffer in, byte kind) throws MalformedRecordException {
    need(in, HEADER - in.position(), "header");
    if (kind == DELETE) {
      return HEADER + CHECKSUM;
    }
    need(in, HEADER + Integer.BYTES - in.position(), "payload length");
    int payload = in.getInt(HEADER);
    if (payload < 0) {
      throw new MalformedRecordException("payload length " + payload + " is negative");
    }
    long body = HEADER + Integer.BYTES + (long) payload;
    need(in, body + 2 * Integer.BYTES - in.position(), "payload, dimensions and passage count");
    int dimensions = in.getInt((int) body);
    checkDimensions(dimensions);
    int passages = in.getInt((int) body + Integer.BYTES);
    if (passages < 1) {
      throw new MalformedRecordException(
          "an upsert of %d passages, at least 1".formatted(passages));
    }
    return body
        + 2 * Integer.BYTES
        + passages * (RANGE + (long) Float.BYTES * dimensions)
        + CHECKSUM;
  }

  private static List<PassageVector> passages(ByteBuffer in) throws MalformedRecordException {
    int dimensions = in.getInt();
    int count = in.getInt();
    List<PassageVector> passages = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int start = in.getInt();
      int end = in.getInt();
      float[] vector = new float[dimensions];
      in.asFloatBuffer().get(vector);
      in.position(in.position() + Float.BYTES * dimensions);
      PassageVector passage = new PassageVector(start, end, vector);
      checkPassage(passage);
      passages.add(passage);
    }
    return passages;
  }

  private static void checkHeader(int generation, Position position)
      throws MalformedRecordException {
    if (generation < 0) {
      throw new MalformedRecordException("generation " + generation + " is negative");
    }
    if (position.partition() < 0 || position.offset() < 0) {
      throw new MalformedRecordException("position " + position + " is negative");
    }
  }

  private static void checkDimensions(int dimensions) throws MalformedRecordException {
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw new MalformedRecordException(
          "vectors of %d dimensions, 1 to %d are possible".formatted(dimensions, MAX_DIMENSIONS));
    }
  }

  private static void checkPassage(PassageVector passage) throws MalformedRecordException {
    if (passage.start() < 0 || passage.end() < passage.start()) {
      throw new MalformedRecordException(
          "passage from %d to %d is no range".formatted(passage.start(), passage.end()));
    }
    for (float component : passage.vector()) {
      if (!Float.isFinite(component)) {
        throw new MalformedRecordException(
            "vector of passage %d to %d holds %s"
                .formatted(passage.start(), passage.end(), component));
      }
    }
  }

  private static void need(ByteBuffer in, long bytes, String what) throws MalformedRecordException {
    if (in.remaining() < bytes) {
      throw new MalformedRecordException(
          "vector record truncated in its %s: %d bytes in all".formatted(what, in.capacity()));
    }
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
