package dev.freshet.pipeline.store;

import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * The database of a store while it is open, and the generations in it. {@link VectorStore} keeps
 * callers out before it closes this.
 */
final class OpenDatabase implements AutoCloseable {
  /** How it is opened: to be written, or to be repaired. */
  @FunctionalInterface
  interface Opening {
    RocksResources open(Path directory, StoreSettings settings) throws RocksDBException;
  }

  private final RocksResources rocks;
  private final ConcurrentSkipListMap<Integer, GenerationStore> generations =
      new ConcurrentSkipListMap<>();

  private OpenDatabase(RocksResources rocks) {
    this.rocks = rocks;
  }

  /**
   * @throws RocksDBException when it cannot be opened or read; nothing stays open then
   * @throws StoreException when it is of another format, or no store
   */
  static OpenDatabase open(Path directory, StoreSettings settings, Opening opening)
      throws RocksDBException {
    OpenDatabase database = new OpenDatabase(opening.open(directory, settings));
    try {
      StoreFormat.check(database.rocks, directory);
      database.loadGenerations();
      return database;
    } catch (RocksDBException | RuntimeException | Error e) {
      database.close();
      throw e;
    }
  }

  private void loadGenerations() throws RocksDBException {
    byte[] prefix = MetaKeys.generations();
    try (RocksIterator keys = rocks.db().newIterator()) {
      for (keys.seek(prefix);
          keys.isValid() && MetaKeys.startsWith(keys.key(), prefix);
          keys.next()) {
        int generation = MetaKeys.generationOf(keys.key());
        generations.put(generation, GenerationStore.load(rocks, generation, keys.value()));
      }
      keys.status();
    }
    // What a crash left of a generation that was being made or dropped.
    for (String family : rocks.families()) {
      int generation = GenerationStore.generationOf(family);
      if (generation >= 0 && !generations.containsKey(generation)) {
        rocks.dropFamily(family);
      }
    }
  }

  RocksResources rocks() {
    return rocks;
  }

  /** Null where it is not there. */
  @Nullable GenerationStore generation(int generation) {
    return generations.get(generation);
  }

  /** The generations here, with the dimensions of each. */
  SortedMap<Integer, Integer> generations() {
    SortedMap<Integer, Integer> dimensions = new TreeMap<>();
    generations.forEach((generation, store) -> dimensions.put(generation, store.dimensions()));
    return dimensions;
  }

  /**
   * Without effect where it is there.
   *
   * @throws IllegalArgumentException when it is there with other dimensions
   */
  synchronized void create(int generation, int dimensions) throws RocksDBException {
    GenerationStore existing = generations.get(generation);
    if (existing == null) {
      generations.put(generation, GenerationStore.create(rocks, generation, dimensions));
    } else if (existing.dimensions() != dimensions) {
      throw new IllegalArgumentException(
          "generation %d has %d dimensions in the store, not %d"
              .formatted(generation, existing.dimensions(), dimensions));
    }
  }

  /**
   * Without effect where it is not there.
   *
   * @param also what goes with it
   */
  synchronized void drop(int generation, Runnable also) throws RocksDBException {
    GenerationStore store = generations.get(generation);
    if (store != null) {
      store.drop();
      generations.remove(generation);
      also.run();
    }
  }

  /** Idempotent. */
  @Override
  public void close() {
    rocks.close();
  }
}
