package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.FolderLock;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The folder of an experiment, locked while this process works on it: two would run the same trials
 * and write each other's report.
 */
final class ExperimentFolder {
  private ExperimentFolder() {}

  /**
   * Creates the folder where it is missing, and locks it.
   *
   * @throws CommandException when another process has it, or it cannot be used
   */
  static FolderLock lock(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    try {
      return FolderLock.take(root.resolve("lock"))
          .orElseThrow(
              () ->
                  CommandException.wrongUsage(
                      "%s is in use by another 'freshet compare' or 'freshet clicks': stop that one, or choose another folder with --out"
                          .formatted(root)));
    } catch (UncheckedIOException e) {
      throw new CommandException(
          "cannot use the folder %s (%s): make it writable, or choose another one with --out"
              .formatted(root, e.getCause()),
          e);
    }
  }
}
