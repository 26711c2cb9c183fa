package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Records for tests: what they say can be told from their offset. */
final class Records {
  static final int DIMENSIONS = 3;

  /** That {@link #fill} writes. */
  static final int DOCUMENTS = 2_000;

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

  /** Makes a generation of documents with up to three passages, the eighth of which is deleted. */
  static void fill(VectorStore store, int generation) {
    store.createGeneration(generation, DIMENSIONS);
    List<VectorRecord> batch = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      batch.add(upsert(generation, "d" + i, i, 1 + i % 3));
    }
    batch.add(delete(generation, "d7", DOCUMENTS));
    store.apply(generation, batch, Map.of(0, (long) batch.size()));
  }
}
