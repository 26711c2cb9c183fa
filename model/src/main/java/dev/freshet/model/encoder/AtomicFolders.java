package dev.freshet.model.encoder;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

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
        delete(name);
      }
      Files.move(finished, name, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!isCurrent.getAsBoolean()) {
        throw e;
      }
    } finally {
      delete(finished);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    }
  }
}
