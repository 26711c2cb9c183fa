package dev.freshet.pipeline.registry;

import dev.freshet.model.checkpoint.Folders;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.ModuleStorage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders on any file system that Flink has a plugin for.
 *
 * <p>What is read is copied here once and never again, since what is published never changes. But
 * somebody may empty the registry, and numbers begin again: so the first time that a folder is
 * asked for, its copy is held against it. A folder is uploaded under another name and then renamed:
 * in one step on a file system; on an object store file by file, where a reader in the middle of it
 * finds tensors missing and is told so. Nobody reads before a generation is announced, which
 * happens after it is published.
 *
 * <p>Thread-safe.
 */
public final class FlinkModuleStorage implements ModuleStorage {
  private static final Logger LOG = LoggerFactory.getLogger(FlinkModuleStorage.class);
  private static final String STAGED = ".publishing-";

  /** Tasks of one process share the copies: none drops what another has begun to copy anew. */
  private static final Object COMPARING = new Object();

  private final Path root;
  private final FileSystem files;
  private final java.nio.file.Path copies;

  /** Folders whose copies are what is published; guarded by {@link #COMPARING}. */
  private final Set<String> compared = new HashSet<>();

  /**
   * @param root for instance {@code s3://models/freshet} or {@code file:///var/freshet/models}
   * @param copies a folder on this machine for what was read; this storage's own
   * @throws IOException when there is no file system of that scheme, or it cannot be reached
   */
  public FlinkModuleStorage(URI root, java.nio.file.Path copies) throws IOException {
    this.root = new Path(root);
    this.files = this.root.getFileSystem();
    this.copies = copies.toAbsolutePath();
  }

  @Override
  public List<String> folders() throws IOException {
    if (!files.exists(root)) {
      return List.of();
    }
    var names = new ArrayList<String>();
    for (FileStatus entry : files.listStatus(root)) {
      String name = entry.getPath().getName();
      if (entry.isDir() && !name.startsWith(".")) {
        names.add(name);
      }
    }
    return names;
  }

  @Override
  public java.nio.file.Path file(String folder, String name) throws IOException {
    compare(folder);
    java.nio.file.Path copy = copies.resolve(folder).resolve(name);
    if (Files.exists(copy)) {
      return copy;
    }
    Path source = new Path(new Path(root, folder), name);
    if (!files.exists(source)) {
      throw new NoSuchFileException(source.toString());
    }
    Files.createDirectories(copies.resolve(folder));
    java.nio.file.Path partial = copies.resolve(folder).resolve("." + name + UUID.randomUUID());
    try {
      try (InputStream in = files.open(source)) {
        Files.copy(in, partial);
      }
      // What has its name is believed for ever: a power failure must not leave half of it there.
      try (FileChannel written = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(partial, copy, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
    return copy;
  }

  /** Drops a copy of something else. Where the registry cannot be reached, the copy serves. */
  private void compare(String folder) throws IOException {
    synchronized (COMPARING) {
      java.nio.file.Path copy = copies.resolve(folder);
      java.nio.file.Path manifest = copy.resolve(ModuleCheckpoint.MANIFEST);
      if (compared.contains(folder)) {
        return;
      }
      // What has none is new, or on its way here this very moment.
      if (Files.exists(manifest)) {
        Path published = new Path(new Path(root, folder), ModuleCheckpoint.MANIFEST);
        byte[] now;
        try (InputStream in = files.open(published)) {
          now = in.readAllBytes();
        } catch (IOException e) {
          LOG.warn(
              "the copy in {} serves, as {} cannot be read: {}", copy, published, e.toString());
          return;
        }
        if (!Arrays.equals(now, Files.readAllBytes(manifest))) {
          LOG.warn("the copy in {} is not what {} has now: it is copied anew", copy, published);
          Folders.delete(copy);
        }
      }
      compared.add(folder);
    }
  }

  @Override
  public java.nio.file.Path stage() throws IOException {
    return Files.createDirectories(copies.resolve(STAGED + UUID.randomUUID()));
  }

  @Override
  public void publish(java.nio.file.Path staged, String folder) throws IOException {
    Path target = new Path(root, folder);
    Path uploaded = new Path(root, STAGED + UUID.randomUUID());
    try {
      refuseExisting(target);
      // A copy of that name is from a registry that somebody has emptied since.
      Folders.delete(copies.resolve(folder));
      upload(staged, uploaded);
      if (!files.rename(uploaded, target)) {
        refuseExisting(target);
        throw new IOException("cannot rename %s to %s".formatted(uploaded, target));
      }
    } finally {
      // Without effect once it is renamed.
      files.delete(uploaded, true);
      Folders.delete(staged);
    }
  }

  private void refuseExisting(Path target) throws IOException {
    if (files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
  }

  private void upload(java.nio.file.Path from, Path to) throws IOException {
    files.mkdirs(to);
    try (Stream<java.nio.file.Path> entries = Files.list(from)) {
      for (java.nio.file.Path file : entries.sorted().toList()) {
        Path target = new Path(to, file.getFileName().toString());
        try (OutputStream out = files.create(target, WriteMode.NO_OVERWRITE)) {
          Files.copy(file, out);
        }
      }
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
