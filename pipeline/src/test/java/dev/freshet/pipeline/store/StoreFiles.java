package dev.freshet.pipeline.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDBException;

/** The files of a store that is closed, and damage to them. */
public final class StoreFiles {
  private StoreFiles() {}

  /** What was written stands in the log at first: opening moves it into files. */
  public static void flush(Path directory, StoreSettings settings) {
    VectorStore.open(directory, settings).close();
  }

  /** A file of this column family. */
  public static Path of(Path directory, String family) {
    try (RocksResources rocks = RocksResources.openReadOnly(directory, StoreSettings.defaults())) {
      for (LiveFileMetaData file : rocks.db().getLiveFilesMetaData()) {
        if (RocksResources.name(file.columnFamilyName()).equals(family)) {
          return Path.of(file.path() + file.fileName());
        }
      }
      throw new AssertionError("no file of " + family);
    } catch (RocksDBException e) {
      throw new AssertionError(e);
    }
  }

  /** The log with the newest writes. */
  static Path log(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> logs =
          files.filter(file -> file.getFileName().toString().endsWith(".log")).sorted().toList();
      return logs.get(logs.size() - 1);
    }
  }

  /** Changes a bit of a byte. */
  public static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int old = bytes.read();
      bytes.seek(at);
      bytes.write(old ^ 0x10);
    }
  }

  static void truncate(Path file, long length) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(length);
    }
  }

  /** Copies a folder with all that is in it. */
  public static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file));
        Files.createDirectories(target.resolveSibling("."));
        Files.copy(file, target);
      }
    }
  }
}
