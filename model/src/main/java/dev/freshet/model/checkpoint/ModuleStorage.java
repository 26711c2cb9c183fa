package dev.freshet.model.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a registry keeps its folders: a directory here, or a file system that others reach too. A
 * published folder never changes, so a copy of it is as good as the folder itself.
 *
 * <p>Thread-safe.
 */
public interface ModuleStorage {

  /**
   * Names of the published folders, in no particular order; what was never finished is not here.
   */
  List<String> folders() throws IOException;

  /**
   * A file of a published folder, to be read only: the file itself, or a copy of it.
   *
   * @throws java.nio.file.NoSuchFileException when there is no such folder or file
   */
  Path file(String folder, String name) throws IOException;

  /** A new empty folder on this machine to fill and hand to {@link #publish}. */
  Path stage() throws IOException;

  /**
   * Makes the staged folder visible under a name, all of its files or none. The staged folder is
   * gone afterwards, whatever happens.
   *
   * @throws java.nio.file.FileAlreadyExistsException when there is one of that name: what is
   *     published stays as it is
   */
  void publish(Path staged, String folder) throws IOException;

  /** What people know this place by. */
  @Override
  String toString();
}
