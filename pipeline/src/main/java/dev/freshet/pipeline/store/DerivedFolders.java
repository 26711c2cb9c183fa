package dev.freshet.pipeline.store;

import dev.freshet.model.checkpoint.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code derived/<g>}: what others make from a generation. Thread-safe. */
final class DerivedFolders {
  private final Path root;

  DerivedFolders(Path store) {
    root = store.resolve("derived");
  }

  Path of(int generation) {
    return root.resolve(Integer.toString(generation));
  }

  /**
   * @throws StoreException when it cannot be deleted
   */
  void delete(int generation) {
    Path folder = of(generation);
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new StoreException(
          "Generation %d is dropped, but %s cannot be deleted (%s). Delete it; it is of no use."
              .formatted(generation, folder, e),
          e);
    }
  }

  /** Bytes of the files in it; none where it is not there. */
  long bytes(int generation) {
    try {
      return Folders.bytes(of(generation));
    } catch (IOException e) {
      throw new StoreException("%s cannot be measured (%s)".formatted(of(generation), e), e);
    }
  }

  /** Deletes folders of generations that a crash dropped half-way. */
  void deleteAllBut(Set<Integer> generations) {
    if (!Files.isDirectory(root)) {
      return;
    }
    try (Stream<Path> folders = Files.list(root)) {
      Set<String> known = generations.stream().map(String::valueOf).collect(Collectors.toSet());
      for (Path folder : folders.toList()) {
        if (!known.contains(String.valueOf(folder.getFileName()))) {
          Folders.delete(folder);
        }
      }
    } catch (IOException e) {
      throw new StoreException(
          "%s cannot be cleared of what is left of older generations (%s). Check its permissions."
              .formatted(root, e),
          e);
    }
  }
}
