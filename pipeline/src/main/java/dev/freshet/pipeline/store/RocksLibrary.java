package dev.freshet.pipeline.store;

import java.io.IOException;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** RocksDB's native code, which must lie in a file to be loaded. */
public final class RocksLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(RocksLibrary.class);

  private RocksLibrary() {}

  /**
   * Loads it from a file in this folder, unless it is loaded. A process that is killed leaves the
   * file, some 15 MB; without this call it would be in the machine's folder for temporary files,
   * where nobody deletes it. There it goes too where this folder will not do: the disk is full, or
   * nothing on it may be executed.
   */
  public static void unpackTo(Path folder) {
    try {
      NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
    } catch (IOException | UnsatisfiedLinkError e) {
      LOG.warn("RocksDB's native code cannot be loaded from {}: {}", folder, e.toString());
    }
  }
}
