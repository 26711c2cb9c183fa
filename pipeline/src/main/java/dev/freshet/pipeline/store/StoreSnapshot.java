package dev.freshet.pipeline.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A store as it was at one moment: a folder that is a store's directory itself, from which a node
 * goes on as it would have from the original, offsets and all. Its files are links to those of the
 * store, and nobody writes to them: the folder takes room only for what the store has dropped
 * since. It stays as it is when the store is closed, until the store is opened again.
 *
 * <p>What can be made again (see {@link VectorStore#derived}) is not in it. One thread uses it, and
 * closes it, which deletes the folder.
 */
public final class StoreSnapshot implements AutoCloseable {
  /** The format that every snapshot of this build has. */
  public static final int FORMAT = StoreFormat.CURRENT;

  private final Path folder;
  private final Set<Integer> generations;
  private final List<File> files;
  private final Runnable release;

  /**
   * One of its files, all of which stand in the folder itself.
   *
   * @param name without a path
   * @param bytes its length
   */
  public record File(String name, long bytes) {}

  private StoreSnapshot(Path folder, Set<Integer> generations, List<File> files, Runnable release) {
    this.folder = folder;
    this.generations = Set.copyOf(generations);
    this.files = List.copyOf(files);
    this.release = release;
  }

  /**
   * @param release deletes the folder
   */
  static StoreSnapshot of(Path folder, Set<Integer> generations, Runnable release)
      throws IOException {
    List<File> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.sorted().toList()) {
        files.add(new File(String.valueOf(file.getFileName()), Files.size(file)));
      }
    }
    return new StoreSnapshot(folder, generations, files, release);
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** The generations in it. */
  public Set<Integer> generations() {
    return generations;
  }

  /** All of its files. */
  public List<File> files() {
    return files;
  }

  /** Deletes it. Idempotent. */
  @Override
  public void close() {
    release.run();
  }
}
