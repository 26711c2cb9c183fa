package dev.freshet.pipeline.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The folder of an experiment, locked while this process works on it: two would run the same trials
 * and write each other's report. The lock is a file {@code lock} in it, which goes with the process
 * at the latest.
 */
final class ExperimentFolder implements AutoCloseable {
  private final FileChannel channel;

  private ExperimentFolder(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Creates the folder where it is missing, and locks it.
   *
   * @throws CommandException when another process has it, or it cannot be used
   */
  static ExperimentFolder lock(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(root);
      FileChannel channel =
          FileChannel.open(
              root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(channel)) {
        return new ExperimentFolder(channel);
      }
      channel.close();
      throw CommandException.wrongUsage(
          "%s is in use by another 'freshet compare' or 'freshet clicks': stop that one, or choose another folder with --out"
              .formatted(root));
    } catch (IOException e) {
      throw new CommandException(
          "cannot use the folder %s (%s): make it writable, or choose another one with --out"
              .formatted(root, e),
          e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this process has it
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the process at the latest.
    }
  }
}
