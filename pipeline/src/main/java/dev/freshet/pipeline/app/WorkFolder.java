package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.FolderLock;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * A folder that a command works on for long, locked meanwhile: two would write each other's files.
 */
final class WorkFolder {
  private WorkFolder() {}

  /**
   * Creates the folder where it is missing, and locks it.
   *
   * @param lock name of the file that is locked
   * @param users the commands that lock it, for people
   * @param option that names another folder
   * @throws CommandException when another process has it, or it cannot be used
   */
  static FolderLock lock(Path folder, String lock, String users, String option) {
    try {
      return FolderLock.take(folder.resolve(lock))
          .orElseThrow(
              () ->
                  CommandException.wrongUsage(
                      "%s is in use by another %s: stop that one, or choose another folder with %s"
                          .formatted(folder, users, option)));
    } catch (UncheckedIOException e) {
      throw new CommandException(
          "cannot use the folder %s (%s): make it writable, or choose another one with %s"
              .formatted(folder, e.getCause(), option),
          e);
    }
  }

  /** The folder of an experiment: two would run the same trials. */
  static FolderLock lockExperiment(Path folder) {
    return lock(folder, "lock", "'freshet compare' or 'freshet clicks'", "--out");
  }
}
