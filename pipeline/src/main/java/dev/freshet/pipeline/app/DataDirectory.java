package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.FolderLock;
import dev.freshet.model.checkpoint.Folders;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.store.StoreDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The folder with everything that survives a restart, locked while this process uses it.
 *
 * <pre>
 * lock            held by the process that uses the folder
 * kafka/          the embedded broker's log and ports
 * checkpoints/    Flink's checkpoints, a folder a job
 * store/          RocksDB of the serve node, and in derived/ what is made from it
 * store.incoming/ what came of another node's store; deleted at the next start
 * logs/           what the process logs
 * registry/       module checkpoints, where none is configured elsewhere
 * temporary/      what the process needs while it runs, with a mark that says whose it is
 * </pre>
 */
public final class DataDirectory implements AutoCloseable {
  /** Below this RocksDB and Kafka would soon fail in the middle of a write. */
  private static final long MIN_FREE_BYTES = 256L << 20;

  private static final String TEMPORARY = "temporary";
  private static final String MARK = ".freshet";

  private final Path root;
  private final FolderLock lock;

  private DataDirectory(Path root, FolderLock lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Creates the folder where it is missing, and locks it.
   *
   * @throws InvalidConfigException when it cannot be used; the message says what to do
   */
  public static DataDirectory lock(Path folder) {
    return lock(folder, MIN_FREE_BYTES);
  }

  /**
   * Locks a folder that is there, however full its disk is.
   *
   * @throws InvalidConfigException when there is none, or it cannot be used
   */
  static DataDirectory lockExisting(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InvalidConfigException(
          "there is no data directory %s: name the node's with --data-dir"
              .formatted(folder.toAbsolutePath().normalize()));
    }
    return lock(folder, 0);
  }

  private static DataDirectory lock(Path folder, long minFreeBytes) {
    Path root = folder.toAbsolutePath().normalize();
    FolderLock lock = lockOf(root);
    try {
      long free = Files.getFileStore(root).getUsableSpace();
      if (free >= minFreeBytes) {
        return new DataDirectory(root, lock);
      }
      lock.close();
      throw new InvalidConfigException(
          "the disk of %s has %,d MiB left, at least %,d are needed: make room, or choose another folder with --data-dir"
              .formatted(root, free >> 20, minFreeBytes >> 20));
    } catch (IOException e) {
      lock.close();
      throw unusable(root, e);
    }
  }

  private static FolderLock lockOf(Path root) {
    try {
      return FolderLock.take(root.resolve("lock"))
          .orElseThrow(
              () ->
                  new InvalidConfigException(
                      "the data directory %s is in use by another Freshet process: stop that one, or choose another folder with --data-dir"
                          .formatted(root)));
    } catch (UncheckedIOException e) {
      throw unusable(root, Objects.requireNonNull(e.getCause()));
    }
  }

  private static InvalidConfigException unusable(Path root, IOException cause) {
    return new InvalidConfigException(
        "cannot use the data directory %s (%s): make it writable, or choose another folder with --data-dir"
            .formatted(root, cause),
        cause);
  }

  /** The directory itself. */
  public Path root() {
    return root;
  }

  Path kafka() {
    return root.resolve("kafka");
  }

  Path store() {
    return root.resolve("store");
  }

  /**
   * @throws InvalidConfigException when there is none
   */
  Path existingStore() {
    if (!StoreDirectory.hasStore(store())) {
      throw new InvalidConfigException("the data directory %s holds no store".formatted(root));
    }
    return store();
  }

  /**
   * Makes a folder for what only this process needs. What one that was killed has left there is
   * deleted; a folder of that name that somebody else has made stays as it is.
   *
   * @throws InvalidConfigException when it cannot be made
   */
  Path makeTemporary() {
    Path folder = root.resolve(TEMPORARY);
    Path mark = folder.resolve(MARK);
    try {
      if (Files.exists(mark)) {
        Folders.delete(folder);
      }
      Files.createDirectories(folder);
      Files.write(mark, new byte[0]);
      return folder;
    } catch (IOException | UncheckedIOException e) {
      throw new InvalidConfigException(
          "cannot make the folder %s (%s): make it writable, or choose another folder with --data-dir"
              .formatted(folder, e),
          e);
    }
  }

  Path log() {
    return root.resolve("logs").resolve("freshet.log");
  }

  @Override
  public void close() {
    lock.close();
  }
}
