package dev.freshet.pipeline.store;

import dev.freshet.pipeline.store.Faults.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SstFileReader;

/**
 * Reads all of a store that nobody has open, and says what is wrong with it: first every block of
 * every file by its checksum, then, of generations whose files are whole, whether what they hold
 * agrees (see {@link GenerationVerifier}). Changes nothing.
 */
public final class StoreVerifier {
  private static final int NOT_OF_A_GENERATION = -1;

  private final Path directory;
  private final PostingCheck.Factory postingChecks;
  private final SortedMap<Integer, Faults> damage = new TreeMap<>();

  /**
   * @param directory the store's
   */
  public StoreVerifier(Path directory, PostingCheck.Factory postingChecks) {
    this.directory = directory;
    this.postingChecks = postingChecks;
  }

  /**
   * Reads it.
   *
   * @throws StoreDamagedException when it cannot even be opened; the message says what is wrong
   * @throws StoreException when it cannot be read for other reasons
   */
  public StoreReport verify() {
    StoreDirectory.requireWhole(directory);
    try (RocksResources rocks = open()) {
      checkFiles(rocks);
      Faults whole = damage.getOrDefault(NOT_OF_A_GENERATION, new Faults());
      if (whole.count() > 0) {
        return new StoreReport(unreadable(rocks), whole.shown());
      }
      StoreFormat.requireCurrent(rocks, directory);
      return new StoreReport(checkGenerations(rocks), List.of());
    } catch (RocksDBException e) {
      throw StoreErrors.of(directory, "verify", e);
    }
  }

  private RocksResources open() {
    try {
      return RocksResources.openReadOnly(directory, StoreSettings.defaults());
    } catch (RocksDBException e) {
      throw StoreErrors.opening(directory, e);
    }
  }

  private void checkFiles(RocksResources rocks) {
    for (LiveFileMetaData file : rocks.db().getLiveFilesMetaData()) {
      Path path = Path.of(file.path() + file.fileName());
      try (Options options = new Options();
          SstFileReader reader = new SstFileReader(options)) {
        reader.open(path.toString());
        reader.verifyChecksum();
      } catch (RocksDBException e) {
        int generation = GenerationStore.generationOf(RocksResources.name(file.columnFamilyName()));
        damage
            .computeIfAbsent(generation, of -> new Faults())
            .add(Kind.FILE, "%s is damaged: %s".formatted(path, e.getMessage()));
      }
    }
  }

  /** What the files say, where the family that knows the generations is damaged. */
  private List<StoreReport.Generation> unreadable(RocksResources rocks) {
    SortedMap<Integer, StoreReport.Generation> found = new TreeMap<>();
    for (String family : rocks.families()) {
      int generation = GenerationStore.generationOf(family);
      if (generation != NOT_OF_A_GENERATION) {
        Faults faults = damage.computeIfAbsent(generation, of -> new Faults());
        faults.add(Kind.VALUE, "what is known about it cannot be read");
        found.put(
            generation,
            new StoreReport.Generation(
                generation, StoreCounts.NONE, 0, faults.shown(), faults.count()));
      }
    }
    return List.copyOf(found.values());
  }

  private List<StoreReport.Generation> checkGenerations(RocksResources rocks)
      throws RocksDBException {
    List<StoreReport.Generation> reports = new ArrayList<>();
    for (Map.Entry<Integer, byte[]> entry : generations(rocks).entrySet()) {
      int generation = entry.getKey();
      if (!GenerationStore.hasFamilies(rocks, generation)) {
        String fault = "its documents or its vectors are not there";
        reports.add(
            new StoreReport.Generation(
                generation, MetaKeys.countsOf(entry.getValue()), 0, List.of(fault), 1));
        continue;
      }
      GenerationStore store = GenerationStore.load(rocks, generation, entry.getValue());
      Faults faults = damage.getOrDefault(generation, new Faults());
      if (faults.count() == 0) {
        new GenerationVerifier(rocks, store, faults).run(postingChecks);
      }
      long bytes = store.bytes() + new DerivedFolders(directory).bytes(generation);
      reports.add(
          new StoreReport.Generation(
              generation, store.counts(), bytes, faults.shown(), faults.count()));
    }
    return reports;
  }

  private static SortedMap<Integer, byte[]> generations(RocksResources rocks)
      throws RocksDBException {
    SortedMap<Integer, byte[]> values = new TreeMap<>();
    byte[] prefix = MetaKeys.generations();
    try (RocksIterator keys = rocks.db().newIterator()) {
      for (keys.seek(prefix);
          keys.isValid() && MetaKeys.startsWith(keys.key(), prefix);
          keys.next()) {
        values.put(MetaKeys.generationOf(keys.key()), keys.value());
      }
      keys.status();
    }
    return values;
  }
}
