package dev.freshet.tests.store;

import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A seeded log of {@code vectors.<g>} in two partitions: upserts, updates, deletes, and writes that
 * are older than what came before them. The same seed yields the same log in every process.
 */
final class ChangeLog {
  static final int GENERATION = 1;
  static final int DIMENSIONS = 8;
  static final int PARTITIONS = 2;

  private static final int IDS = 300;
  private static final int LATEST = 40;

  private final List<List<VectorRecord>> partitions = new ArrayList<>();

  ChangeLog(long seed, int records) {
    Random random = new Random(seed);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<VectorRecord> log = new ArrayList<>();
      for (int i = 0; i < records / PARTITIONS; i++) {
        // A fifth of the writes is late: its position is behind what was written before it.
        long position = random.nextInt(5) == 0 ? Math.max(0, i - random.nextInt(LATEST)) : i;
        log.add(record(random, partition, position));
      }
      partitions.add(log);
    }
  }

  private static VectorRecord record(Random random, int partition, long offset) {
    // As in Kafka, a document's records are all in one partition.
    String id = "doc-" + (random.nextInt(IDS / PARTITIONS) * PARTITIONS + partition);
    Position position = new Position(partition, offset);
    if (random.nextInt(4) == 0) {
      return new VectorRecord.Delete(id, GENERATION, position, offset);
    }
    byte[] payload = new byte[random.nextInt(2_000)];
    random.nextBytes(payload);
    List<PassageVector> passages = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      float[] vector = new float[DIMENSIONS];
      for (int d = 0; d < DIMENSIONS; d++) {
        vector[d] = random.nextFloat();
      }
      passages.add(new PassageVector(i, i + 1, vector));
    }
    return new VectorRecord.Upsert(id, GENERATION, position, offset, payload, passages);
  }

  int size(int partition) {
    return partitions.get(partition).size();
  }

  /** Records of a partition from an offset on, at most so many. */
  List<VectorRecord> read(int partition, long from, int most) {
    List<VectorRecord> log = partitions.get(partition);
    int first = (int) Math.min(from, log.size());
    return Collections.unmodifiableList(log.subList(first, Math.min(first + most, log.size())));
  }

  /** What a replay of every record before these offsets leaves, tombstones included, by id. */
  Map<String, VectorRecord> replay(Map<Integer, Long> nextOffsets) {
    Map<String, VectorRecord> newest = new TreeMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      long next = nextOffsets.getOrDefault(partition, 0L);
      for (VectorRecord record : partitions.get(partition).subList(0, (int) next)) {
        newest.merge(
            record.id(),
            record,
            (old, other) -> other.position().compareTo(old.position()) > 0 ? other : old);
      }
    }
    return newest;
  }
}
