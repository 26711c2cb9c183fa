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
 * here and not beside the vectors, so that one read yields text and ranges of the same version; the
 * posting, so that whoever opens the index reads one family in its order, and that a change writes
 * one key less.
 *
 * <pre>
 * offset  bytes  field
 *      0      4  partition of {@code documents}
 *      4      8  offset in that partition
 *     12      8  timestamp, milliseconds since the epoch
 *     20      4  n: passages; 0 is a tombstone, and the value ends here
 *     24    8*n  start int32, end int32 of each passage
 *      -      4  p: bytes of the posting, 0 where there is none
 *      -      p  posting, see {@link PostingEncoder}
 *      -      -  payload
 * </pre>
 */
final class DocumentFormat {
  /** Bytes that suffice to read a {@link StoredVersion}. */
  static final int HEADER = 24;

  private static final int RANGE = 2 * Integer.BYTES;

  private DocumentFormat() {}

  static byte[] encode(VectorRecord.Upsert upsert, byte[] posting) {
    List<PassageRange> ranges = new ArrayList<>(upsert.passages().size());
    for (PassageVector passage : upsert.passages()) {
      ranges.add(new PassageRange(passage.start(), passage.end()));
    }
    return encode(StoredVersion.of(upsert), ranges, posting, upsert.payload());
  }

  /** As it was stored, with another posting. */
  static byte[] encode(StoredDocument document, byte[] posting) {
    StoredVersion version =
        new StoredVersion(
            document.position(), document.timestampMillis(), document.passages().size());
    return encode(version, document.passages(), posting, document.payload());
  }

  private static byte[] encode(
      StoredVersion version, List<PassageRange> ranges, byte[] posting, byte[] payload) {
    int size = Math.addExact(bytesBefore(ranges.size()) + posting.length, payload.length);
    ByteBuffer out = ByteBuffer.allocate(size);
    putHeader(out, version);
    for (PassageRange range : ranges) {
      out.putInt(range.start()).putInt(range.end());
    }
    return out.putInt(posting.length).put(posting).put(payload).array();
  }

  static byte[] tombstone(VectorRecord delete) {
    ByteBuffer out = ByteBuffer.allocate(HEADER);
    putHeader(out, StoredVersion.of(delete));
    return out.array();
  }

  private static void putHeader(ByteBuffer out, StoredVersion version) {
    out.putInt(version.position().partition())
        .putLong(version.position().offset())
        .putLong(version.timestampMillis())
        .putInt(version.passages());
  }

  /** Of header, ranges and the length of the posting. */
  private static int bytesBefore(int passages) {
    return HEADER + RANGE * passages + Integer.BYTES;
  }

  /** What is wrong with a value that nothing is known about, null where nothing is. */
  static @Nullable String fault(byte[] value) {
    if (value.length < HEADER) {
      return "its %d bytes are no header of %d".formatted(value.length, HEADER);
    }
    StoredVersion version = versionOf(value);
    if (version.position().partition() < 0 || version.position().offset() < 0) {
      return "it stands at offset %d of partition %d"
          .formatted(version.position().offset(), version.position().partition());
    }
    if (version.isDelete()) {
      return value.length == HEADER
          ? null
          : "it is deleted and has %d bytes".formatted(value.length);
    }
    long least = HEADER + (long) RANGE * version.passages() + Integer.BYTES;
    if (version.passages() < 0 || value.length < least) {
      return "its %d bytes are not those of %d passages"
          .formatted(value.length, version.passages());
    }
    int posting = ByteBuffer.wrap(value).getInt((int) least - Integer.BYTES);
    return posting < 0 || value.length - least < posting
        ? "its %d bytes do not hold a posting of %d".formatted(value.length, posting)
        : null;
  }

  static StoredVersion versionOf(byte[] value) {
    return versionOf(ByteBuffer.wrap(value));
  }

  /**
   * @param in at the beginning of a value; moved behind its header
   */
  static StoredVersion versionOf(ByteBuffer in) {
    return new StoredVersion(new Position(in.getInt(), in.getLong()), in.getLong(), in.getInt());
  }

  /**
   * @param value not a tombstone's
   */
  static StoredDocument decode(String id, byte[] value) {
    StoredVersion version = versionOf(value);
    ByteBuffer in = ByteBuffer.wrap(value).position(HEADER);
    List<PassageRange> ranges = new ArrayList<>(version.passages());
    for (int i = 0; i < version.passages(); i++) {
      ranges.add(new PassageRange(in.getInt(), in.getInt()));
    }
    int posting = in.getInt();
    byte[] payload = Arrays.copyOfRange(value, in.position() + posting, value.length);
    return new StoredDocument(id, version.position(), version.timestampMillis(), payload, ranges);
  }

  /**
   * What the vector index keeps of the document; empty where it keeps nothing.
   *
   * @param value not a tombstone's
   */
  static byte[] postingOf(byte[] value) {
    int from = bytesBefore(versionOf(value).passages());
    int length = ByteBuffer.wrap(value).getInt(from - Integer.BYTES);
    return Arrays.copyOfRange(value, from, from + length);
  }
}
