package dev.freshet.model.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A folder that one process at a time works on: whoever holds the lock may take what it finds there
 * for left behind. The lock is a file that stays, since a second process may just be opening it;
 * that it is held goes with the process at the latest.
 */
public final class FolderLock implements AutoCloseable {
  /**
   * Files whose lock this process has. Asked first: on Linux, closing a file that was opened a
   * second time would give the lock away to other processes.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock without waiting.
   *
   * @param file of the lock; it and its folder are made where they are missing
   * @return empty where another process has it, or another thread of this one
   * @throws UncheckedIOException when the file cannot be made, or its file system has no locks
   */
  public static Optional<FolderLock> take(Path file) {
    Path lock = file.toAbsolutePath().normalize();
    if (!HELD.add(lock)) {
      return Optional.empty();
    }
    Optional<FolderLock> taken = Optional.empty();
    try {
      taken = open(lock);
      return taken;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + lock, e);
    } finally {
      if (taken.isEmpty()) {
        HELD.remove(lock);
      }
    }
  }

  private static Optional<FolderLock> open(Path lock) throws IOException {
    Files.createDirectories(lock.resolveSibling(""));
    FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean held = false;
    try {
      held = channel.tryLock() != null;
      return held ? Optional.of(new FolderLock(lock, channel)) : Optional.empty();
    } finally {
      if (!held) {
        channel.close();
      }
    }
  }

  /** Lets others in. Idempotent. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the process at the latest.
    }
    HELD.remove(file);
  }
}
