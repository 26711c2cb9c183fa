package dev.freshet.model.encoder;

import dev.freshet.model.checkpoint.Folders;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.BooleanSupplier;

/** Folders that appear under their name complete or not at all. */
final class AtomicFolders {
  private AtomicFolders() {}

  /**
   * Moves a finished folder to its name. Where another process was faster, its folder stays.
   *
   * @param isCurrent whether what stands under the name is what should stand there; if not, it is
   *     replaced
   */
  static void publish(Path finished, Path name, BooleanSupplier isCurrent) throws IOException {
    try {
      if (Files.exists(name) && !isCurrent.getAsBoolean()) {
        Folders.delete(name);
      }
      Files.move(finished, name, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!isCurrent.getAsBoolean()) {
        throw e;
      }
    } finally {
      Folders.delete(finished);
    }
  }
}
