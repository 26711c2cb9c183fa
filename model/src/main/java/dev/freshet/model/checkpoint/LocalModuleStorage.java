package dev.freshet.model.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Folders in a directory of this machine, or of one that it has mounted. */
public final class LocalModuleStorage implements ModuleStorage {
  /** What begins with a dot was never finished, or is being written by somebody else. */
  private static final String STAGED = ".publishing-";

  /** Nobody writes a checkpoint for so long: its writer was killed. */
  private static final Duration LEFT_BEHIND = Duration.ofDays(1);

  private final Path root;

  /**
   * @param root made when something is published for the first time
   */
  public LocalModuleStorage(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public List<String> folders() throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .toList();
    }
  }

  @Override
  public Path file(String folder, String name) throws IOException {
    Path file = root.resolve(folder).resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return file;
  }

  @Override
  public Path stage() throws IOException {
    Path staged = Files.createDirectories(root.resolve(STAGED + UUID.randomUUID()));
    // By the clock of the file system, which others may have mounted, too.
    discardStagedBefore(Files.getLastModifiedTime(staged).toInstant().minus(LEFT_BEHIND));
    return staged;
  }

  private void discardStagedBefore(Instant time) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(root, STAGED + "*")) {
      for (Path staged : all) {
        try {
          if (lastChange(staged).isBefore(time)) {
            Folders.delete(staged);
          }
        } catch (IOException | UncheckedIOException e) {
          // Somebody else is at it, or may not be disturbed: it is in nobody's way.
        }
      }
    }
  }

  /** Of a folder and what is in it. */
  private static Instant lastChange(Path folder) throws IOException {
    Instant last = Files.getLastModifiedTime(folder).toInstant();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Instant changed = Files.getLastModifiedTime(file).toInstant();
        last = changed.isAfter(last) ? changed : last;
      }
    }
    return last;
  }

  @Override
  public void publish(Path staged, String folder) throws IOException {
    try {
      move(staged, root.resolve(folder));
    } finally {
      Folders.delete(staged);
    }
  }

  private void move(Path staged, Path target) throws IOException {
    try (Stream<Path> files = Files.list(staged)) {
      for (Path file : files.toList()) {
        sync(file);
        file.toFile().setReadOnly();
      }
    }
    sync(staged);
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    try {
      // Between two that publish the same name the file system decides: a folder that holds files
      // cannot be replaced by a rename.
      Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (Files.exists(target)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      throw e;
    }
    sync(root);
  }

  /** To the disk: a folder that survives a power failure must hold what its name promises. */
  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
