package dev.freshet.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.TableProperties;

/** What RocksDB holds in memory is bounded by two settings, however many generations there are. */
class StoreMemoryTest {
  private static final int GENERATIONS = 4;
  private static final int DIMENSIONS = 64;
  private static final int DOCUMENTS = 12_000;

  /** One write may go beyond the bound. */
  private static final long BATCH = 256 << 10;

  private static final long CACHE = 4 << 20;
  private static final long BUFFERS = 4 << 20;

  @TempDir private Path directory;

  @Test
  void isBoundedOverAllGenerations() throws RocksDBException {
    StoreSettings settings = new StoreSettings(CACHE, BUFFERS, Duration.ofDays(7));
    try (RocksResources rocks = RocksResources.open(directory, settings)) {
      List<GenerationStore> stores = new ArrayList<>();
      for (int g = 1; g <= GENERATIONS; g++) {
        stores.add(GenerationStore.create(rocks, g, DIMENSIONS));
      }
      long most = 0;
      for (int first = 0; first < DOCUMENTS; first += 200) {
        for (int g = 1; g <= GENERATIONS; g++) {
          stores
              .get(g - 1)
              .apply(
                  batch(g, first),
                  Map.of(0, first + 200L),
                  (upsert, vectors) -> new byte[4],
                  LiveVersions.UNKNOWN);
          most = Math.max(most, sum(rocks, stores, "rocksdb.size-all-mem-tables"));
        }
      }
      for (GenerationStore store : stores) {
        for (int i = 0; i < DOCUMENTS; i += 7) {
          assertThat(store.pairs().of(List.of("d" + i)).get(0)).isPresent();
        }
      }
      long cache = rocks.db().getLongProperty("rocksdb.block-cache-usage");
      long readers = sum(rocks, stores, "rocksdb.estimate-table-readers-mem");
      assertThat(most).as("bytes that are not on disk yet").isBetween(BUFFERS / 4, BUFFERS + BATCH);
      assertThat(cache)
          .as("bytes of the cache, which what is in use may exceed a little")
          .isBetween(CACHE / 2, CACHE + CACHE / 20);
      assertThat(readers).as("bytes of open files beside the cache").isLessThan(128 << 10);
    }
  }

  /** A filter of vectors would say of nearly every id that it is there, for ten bits each. */
  @Test
  void theLastLevelOfVectorsHasNoFilters() throws RocksDBException {
    try (RocksResources rocks = RocksResources.open(directory, StoreSettings.defaults())) {
      GenerationStore store = GenerationStore.create(rocks, 1, DIMENSIONS);
      // One file by itself would be moved into the last level as it is; two that overlap are
      // merged.
      for (int file = 0; file < 2; file++) {
        store.apply(
            batch(1, 200 * file),
            Map.of(0, 200L * (file + 1)),
            (upsert, vectors) -> new byte[4],
            LiveVersions.UNKNOWN);
        for (String family : rocks.families()) {
          rocks.db().compactRange(rocks.family(family));
        }
      }
      assertThat(sum(rocks, GenerationStore.VECTORS, TableProperties::getNumEntries))
          .isEqualTo(400);
      assertThat(sum(rocks, GenerationStore.VECTORS, TableProperties::getFilterSize)).isZero();
      assertThat(sum(rocks, GenerationStore.DOCUMENTS, TableProperties::getFilterSize))
          .isPositive();
      assertThat(store.pairs().rows(List.of("d0", "d399"))).doesNotContainNull();
    }
  }

  /** Over all files of these families. */
  private static long sum(
      RocksResources rocks, String prefix, ToLongFunction<TableProperties> property)
      throws RocksDBException {
    long sum = 0;
    for (String family : rocks.families()) {
      if (family.startsWith(prefix)) {
        sum +=
            rocks.db().getPropertiesOfAllTables(rocks.family(family)).values().stream()
                .mapToLong(property)
                .sum();
      }
    }
    return sum;
  }

  private static long sum(RocksResources rocks, List<GenerationStore> stores, String property)
      throws RocksDBException {
    long sum = 0;
    for (GenerationStore store : stores) {
      for (ColumnFamilyHandle family : store.families()) {
        sum += rocks.db().getLongProperty(family, property);
      }
    }
    return sum;
  }

  private static List<VectorRecord> batch(int generation, int first) {
    List<VectorRecord> batch = new ArrayList<>();
    for (int i = first; i < first + 200; i++) {
      PassageVector passage = new PassageVector(0, 1, new float[DIMENSIONS]);
      batch.add(
          new VectorRecord.Upsert(
              "d" + i, generation, new Position(0, i), i, new byte[100], List.of(passage)));
    }
    return batch;
  }
}
