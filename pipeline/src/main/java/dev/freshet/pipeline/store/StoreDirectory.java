package dev.freshet.pipeline.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The directory of a store that nobody has open: nothing in it is read. */
public final class StoreDirectory {
  /** RocksDB's: names the manifest, which names the files. */
  private static final String CURRENT = "CURRENT";

  private StoreDirectory() {}

  /** Whether there is a store in this directory, in whatever state. */
  public static boolean hasStore(Path directory) {
    try (Stream<Path> files = Files.isDirectory(directory) ? Files.list(directory) : null) {
      return files != null && files.findAny().isPresent();
    } catch (IOException e) {
      throw new StoreException(
          "The store's directory %s cannot be read (%s). Check its permissions."
              .formatted(directory, e),
          e);
    }
  }

  /**
   * RocksDB takes a directory without this file for an empty one, and deletes what is there.
   *
   * @throws StoreDamagedException when there are files, and it is not
   */
  static void requireWhole(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      boolean hasTables = files.anyMatch(file -> file.toString().endsWith(".sst"));
      if (hasTables && !Files.exists(directory.resolve(CURRENT))) {
        throw new StoreDamagedException(
            "The store %s is damaged: its file %s is missing. To repair it, %s."
                .formatted(directory, CURRENT, StoreErrors.REBUILD));
      }
    } catch (IOException e) {
      throw new StoreException(
          "The store's directory %s cannot be read (%s). Check its permissions."
              .formatted(directory, e),
          e);
    }
  }

  /**
   * Deletes a store that nobody has open, without reading it. When that is cut off the store cannot
   * be opened, and is deleted by the next call.
   */
  public static void delete(Path directory) throws IOException {
    Path current = directory.resolve(CURRENT);
    try (Stream<Path> files = Files.walk(directory)) {
      // By the file that goes last RocksDB notices that others are missing.
      for (Path deepestFirst : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!deepestFirst.equals(current) && !deepestFirst.equals(directory)) {
          Files.delete(deepestFirst);
        }
      }
    }
    Files.deleteIfExists(current);
  }
}
