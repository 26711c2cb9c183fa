package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Records for tests: what they say can be told from their offset. */
final class Records {
  static final int DIMENSIONS = 3;

  private Records() {}

  static VectorRecord.Upsert upsert(int generation, String id, long offset, int passages) {
    List<PassageVector> vectors = new ArrayList<>();
    for (int i = 0; i < passages; i++) {
      vectors.add(new PassageVector(i, i + 2, new float[] {offset, i, -1.5f}));
    }
    return new VectorRecord.Upsert(
        id, generation, new Position(0, offset), offset, payload(offset), vectors);
  }

  static VectorRecord.Delete delete(int generation, String id, long offset) {
    return new VectorRecord.Delete(id, generation, new Position(0, offset), offset);
  }

  static byte[] payload(long offset) {
    return ("payload " + offset).getBytes(StandardCharsets.UTF_8);
  }
}
