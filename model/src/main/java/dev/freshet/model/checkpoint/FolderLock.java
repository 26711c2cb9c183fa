package dev.freshet.model.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A folder that one process at a time works on: whoever holds the lock may take what it finds there
 * for left behind. The lock is a file that stays, since a second process may just be opening it;
 * that it is held goes with the process at the latest.
 */
public final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
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
    try {
      Files.createDirectories(lock.resolveSibling(""));
      FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean held = false;
      try {
        held = isLocked(channel);
        return held ? Optional.of(new FolderLock(channel)) : Optional.empty();
      } finally {
        if (!held) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + lock, e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this process has it
    }
  }

  /** Lets others in. Idempotent. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the process at the latest.
    }
  }
}
