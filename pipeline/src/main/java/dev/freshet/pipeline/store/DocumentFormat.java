package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of a document in {@code documents.<g>}, big-endian. The ranges of the passages stand
 * here and not beside the vectors, so that one read yields text and ranges of the same version.
 *
 * <pre>
 * offset  bytes  field
 *      0      4  partition of {@code documents}
 *      4      8  offset in that partition
 *     12      8  timestamp, milliseconds since the epoch
 *     20      4  n: passages; 0 is a tombstone, and the value ends here
 *     24    8*n  start int32, end int32 of each passage
 *      -      -  payload
 * </pre>
 */
final class DocumentFormat {
  /** Bytes that suffice to read a {@link Header}. */
  static final int HEADER = 24;

  private static final int RANGE = 2 * Integer.BYTES;

  private DocumentFormat() {}

  /**
   * What decides about writes.
   *
   * @param passages 0 for a tombstone
   */
  record Header(Position position, long timestampMillis, int passages) {
    boolean isTombstone() {
      return passages == 0;
    }
  }

  static byte[] encode(VectorRecord record) {
    if (!(record instanceof VectorRecord.Upsert upsert)) {
      byte[] tombstone = new byte[HEADER];
      putHeader(ByteBuffer.wrap(tombstone), record, 0);
      return tombstone;
    }
    int passages = upsert.passages().size();
    int size = Math.addExact(HEADER + RANGE * passages, upsert.payload().length);
    byte[] value = new byte[size];
    ByteBuffer out = ByteBuffer.wrap(value);
    putHeader(out, record, passages);
    for (PassageVector passage : upsert.passages()) {
      out.putInt(passage.start()).putInt(passage.end());
    }
    out.put(upsert.payload());
    return value;
  }

  private static void putHeader(ByteBuffer out, VectorRecord record, int passages) {
    out.putInt(record.position().partition())
        .putLong(record.position().offset())
        .putLong(record.timestampMillis())
        .putInt(passages);
  }

  /** What is wrong with a value that nothing is known about, null where nothing is. */
  static @Nullable String fault(byte[] value) {
    if (value.length < HEADER) {
      return "its %d bytes are no header of %d".formatted(value.length, HEADER);
    }
    Header header = headerOf(value);
    long least = HEADER + (long) RANGE * header.passages();
    if (header.passages() < 0 || value.length < least) {
      return "its %d bytes are not those of %d passages".formatted(value.length, header.passages());
    }
    if (header.isTombstone() && value.length > HEADER) {
      return "it is deleted and has %d bytes".formatted(value.length);
    }
    if (header.position().partition() < 0 || header.position().offset() < 0) {
      return "it stands at offset %d of partition %d"
          .formatted(header.position().offset(), header.position().partition());
    }
    return null;
  }

  static Header headerOf(byte[] value) {
    return headerOf(ByteBuffer.wrap(value));
  }

  /**
   * @param in at the beginning of a value; moved behind its header
   */
  static Header headerOf(ByteBuffer in) {
    return new Header(new Position(in.getInt(), in.getLong()), in.getLong(), in.getInt());
  }

  /**
   * @param value not a tombstone's
   */
  static StoredDocument decode(String id, byte[] value) {
    Header header = headerOf(value);
    ByteBuffer in = ByteBuffer.wrap(value).position(HEADER);
    List<PassageRange> ranges = new ArrayList<>(header.passages());
    for (int i = 0; i < header.passages(); i++) {
      ranges.add(new PassageRange(in.getInt(), in.getInt()));
    }
    byte[] payload = Arrays.copyOfRange(value, in.position(), value.length);
    return new StoredDocument(id, header.position(), header.timestampMillis(), payload, ranges);
  }
}
