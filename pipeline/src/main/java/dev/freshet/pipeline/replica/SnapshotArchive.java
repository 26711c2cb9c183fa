package dev.freshet.pipeline.replica;

import dev.freshet.pipeline.store.StoreSnapshot;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A snapshot as one stream: a zip archive that any tool opens, its entries stored as they are, each
 * with its CRC-32. First {@code snapshot.json}, the {@link SnapshotManifest}, then the files that
 * it names. A zip that is cut off between two entries reads like a whole one: what says that all
 * has come is the manifest.
 */
final class SnapshotArchive {
  private static final String MANIFEST = "snapshot.json";
  private static final int MOST_MANIFEST_BYTES = 64 << 20;
  private static final int BUFFER = 1 << 18;

  /** The first day that needs no further field in a zip. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 2, 0, 0);

  /** Asked before any file is taken. */
  @FunctionalInterface
  interface Check {
    /** Throws when these files are not wanted. */
    void accept(SnapshotManifest manifest) throws IOException;
  }

  private SnapshotArchive() {}

  /**
   * Writes all of it; reads each file twice, since its checksum stands before it. The stream stays
   * open.
   *
   * @param folder where the files are
   */
  static void write(SnapshotManifest manifest, Path folder, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    byte[] json = manifest.toJson();
    CRC32 checksum = new CRC32();
    checksum.update(json);
    begin(zip, MANIFEST, json.length, checksum);
    zip.write(json);
    zip.closeEntry();
    for (StoreSnapshot.File file : manifest.files()) {
      Path path = folder.resolve(file.name());
      begin(zip, file.name(), file.bytes(), checksum(path));
      try (InputStream in = Files.newInputStream(path)) {
        in.transferTo(zip);
      }
      zip.closeEntry();
    }
    zip.finish();
    zip.flush();
  }

  private static void begin(ZipOutputStream zip, String name, long bytes, CRC32 checksum)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes);
    entry.setCrc(checksum.getValue());
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
  }

  private static CRC32 checksum(Path file) throws IOException {
    CRC32 checksum = new CRC32();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        checksum.update(buffer, 0, read);
      }
    }
    return checksum;
  }

  /**
   * Reads all of it, to the end of the stream, into a folder and onto its disk. When this throws,
   * some files may be there.
   *
   * @param folder is there
   * @param progress is told the bytes that have come, again and again
   * @throws IOException when it cannot be read, is damaged, is cut off, or is something else
   */
  static void read(InputStream in, Path folder, Check check, LongConsumer progress)
      throws IOException {
    ZipInputStream zip = new ZipInputStream(in);
    SnapshotManifest manifest = manifest(zip);
    check.accept(manifest);
    Map<String, Long> missing = new HashMap<>();
    manifest.files().forEach(file -> missing.put(file.name(), file.bytes()));
    long before = 0;
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      Long bytes = missing.remove(entry.getName());
      if (bytes == null) {
        throw new IOException(
            "its manifest does not name the file '%s'".formatted(entry.getName()));
      }
      copy(zip, folder.resolve(entry.getName()), bytes, before, progress);
      before += bytes;
    }
    if (!missing.isEmpty()) {
      throw new EOFException(
          "it ends before %d of its %d files".formatted(missing.size(), manifest.files().size()));
    }
    // The zip's own directory: who sends it is not cut off, either.
    in.transferTo(OutputStream.nullOutputStream());
  }

  private static SnapshotManifest manifest(ZipInputStream zip) throws IOException {
    ZipEntry first = zip.getNextEntry();
    if (first == null || !first.getName().equals(MANIFEST)) {
      throw new IOException("it is no snapshot: it does not begin with " + MANIFEST);
    }
    byte[] json = zip.readNBytes(MOST_MANIFEST_BYTES);
    if (json.length == MOST_MANIFEST_BYTES) {
      throw new IOException("its manifest has more than %,d bytes".formatted(MOST_MANIFEST_BYTES));
    }
    return SnapshotManifest.of(json);
  }

  /** To the disk: the folder is given its name only when a power failure takes none of it. */
  private static void copy(
      InputStream in, Path file, long bytes, long before, LongConsumer progress)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    long copied = 0;
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, read);
        while (chunk.hasRemaining()) {
          out.write(chunk);
        }
        copied += read;
        progress.accept(before + copied);
      }
      out.force(true);
    }
    if (copied != bytes) {
      throw new IOException(
          "its file %s has %,d bytes, the manifest says %,d"
              .formatted(file.getFileName(), copied, bytes));
    }
  }
}
