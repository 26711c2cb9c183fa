package dev.freshet.pipeline.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * What one subtask has dealt with.
 *
 * @param next by partition of {@code documents}: the offset after the last record dealt with
 */
record Positions(Map<Integer, Long> next) {

  Positions {
    next = Map.copyOf(next);
  }

  /** Version 1: big-endian, a partition (int) and its offset (long) for each entry. */
  static final class Serializer implements SimpleVersionedSerializer<Positions> {
    private static final int ENTRY_BYTES = Integer.BYTES + Long.BYTES;

    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(Positions positions) {
      var buffer = ByteBuffer.allocate(positions.next().size() * ENTRY_BYTES);
      positions.next().forEach((partition, offset) -> buffer.putInt(partition).putLong(offset));
      return buffer.array();
    }

    @Override
    public Positions deserialize(int version, byte[] serialized) throws IOException {
      if (version != 1 || serialized.length % ENTRY_BYTES != 0) {
        throw new IOException(
            "positions of version %d with %d bytes: version 1 with a multiple of %d is known"
                .formatted(version, serialized.length, ENTRY_BYTES));
      }
      var buffer = ByteBuffer.wrap(serialized);
      var next = new HashMap<Integer, Long>();
      while (buffer.hasRemaining()) {
        next.put(buffer.getInt(), buffer.getLong());
      }
      return new Positions(next);
    }
  }
}
