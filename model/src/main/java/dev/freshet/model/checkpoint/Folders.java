package dev.freshet.model.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders as a whole. */
public final class Folders {
  private Folders() {}

  /** Deletes a folder and all that is in it; without effect where there is none. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path deepestFirst : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(deepestFirst);
      }
    }
  }
}
