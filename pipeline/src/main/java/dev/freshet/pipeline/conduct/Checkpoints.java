package dev.freshet.pipeline.conduct;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The checkpoints of one job on a local file system: {@code <directory>/<run>/chk-<n>/_metadata}, a
 * run being one submission. A checkpoint without {@code _metadata} is not complete.
 */
public final class Checkpoints {
  private static final int DEPTH = 2;
  private static final String METADATA = "_metadata";

  private Checkpoints() {}

  /** The folders of the complete checkpoints of all runs, the newest first. */
  public static List<Path> newestFirst(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.walk(directory, DEPTH)) {
      return folders
          .filter(folder -> folder.getFileName().toString().startsWith("chk-"))
          .filter(folder -> Files.exists(folder.resolve(METADATA)))
          .sorted(
              Comparator.comparing(Checkpoints::written)
                  .thenComparing(Comparator.naturalOrder())
                  .reversed())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for checkpoints in " + directory, e);
    }
  }

  private static FileTime written(Path checkpoint) {
    try {
      return Files.getLastModifiedTime(checkpoint.resolve(METADATA));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + checkpoint, e);
    }
  }
}
