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

  private static final String MANIFEST = "MANIFEST-";

  private StoreDirectory() {}

  /**
   * Whether there is a store in this directory that RocksDB would open; one that is half deleted is
   * not.
   */
  public static boolean hasDatabase(Path directory) {
    try (Stream<Path> files = Files.isDirectory(directory) ? Files.list(directory) : null) {
      return files != null && files.anyMatch(file -> isManifest(directory, file));
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  /** Whether there is a store in this directory, in whatever state. */
  public static boolean hasStore(Path directory) {
    try (Stream<Path> files = Files.isDirectory(directory) ? Files.list(directory) : null) {
      return files != null && files.findAny().isPresent();
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  private static StoreException unreadable(Path directory, IOException e) {
    return new StoreException(
        "The store's directory %s cannot be read (%s). Check its permissions."
            .formatted(directory, e),
        e);
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
      throw unreadable(directory, e);
    }
  }

  /**
   * Deletes a store that nobody has open, without reading it. When that is cut off the store cannot
   * be opened, says so, and is deleted by the next call.
   */
  public static void delete(Path directory) throws IOException {
    delete(directory, Files::delete);
  }

  /** Deletes a file, or a folder that is empty. */
  @FunctionalInterface
  interface Deletion {
    void delete(Path path) throws IOException;
  }

  static void delete(Path directory, Deletion deletion) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      // Without a manifest RocksDB opens nothing, whatever else is there; and by the file that
      // goes last it notices that others are missing.
      Comparator<Path> order =
          Comparator.comparing((Path path) -> !isManifest(directory, path))
              .thenComparing(path -> path.equals(directory.resolve(CURRENT)))
              .thenComparing(Comparator.reverseOrder());
      for (Path path : files.sorted(order).toList()) {
        if (!path.equals(directory)) {
          deletion.delete(path);
        }
      }
    }
  }

  private static boolean isManifest(Path directory, Path path) {
    return directory.equals(path.getParent())
        && String.valueOf(path.getFileName()).startsWith(MANIFEST);
  }
}
