package dev.freshet.pipeline.store;

import dev.freshet.model.checkpoint.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code snapshot/} in a store's directory, and so on its disk, which links need: holds one
 * snapshot at most. Thread-safe.
 */
final class SnapshotFolder {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFolder.class);

  private final Path root;
  private final AtomicBoolean isTaken = new AtomicBoolean();

  SnapshotFolder(Path store) {
    root = store.resolve("snapshot");
  }

  /**
   * @param checkpoint makes the folder that it is given; returns the generations in it
   * @return empty while another snapshot is there
   */
  Optional<StoreSnapshot> take(Function<Path, Set<Integer>> checkpoint) {
    if (!isTaken.compareAndSet(false, true)) {
      return Optional.empty();
    }
    AtomicBoolean isOver = new AtomicBoolean();
    try {
      clear();
      Files.createDirectories(root);
      Path folder = root.resolve("store");
      Set<Integer> generations = checkpoint.apply(folder);
      return Optional.of(
          StoreSnapshot.of(
              folder,
              generations,
              () -> {
                if (isOver.compareAndSet(false, true)) {
                  release();
                }
              }));
    } catch (IOException e) {
      release();
      throw new StoreException(
          "No snapshot can be taken to %s (%s). Check its permissions.".formatted(root, e), e);
    } catch (RuntimeException | Error e) {
      release();
      throw e;
    }
  }

  private void release() {
    try {
      clear();
    } catch (StoreException e) {
      LOG.warn("{}", e.getMessage());
    } finally {
      isTaken.set(false);
    }
  }

  /**
   * Deletes what is there, also after a crash.
   *
   * @throws StoreException when it cannot be deleted
   */
  void clear() {
    try {
      Folders.delete(root);
    } catch (IOException e) {
      throw new StoreException(
          "The snapshot %s cannot be deleted (%s). Delete it; it is of no use.".formatted(root, e),
          e);
    }
  }
}
