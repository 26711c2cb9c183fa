package dev.freshet.pipeline.store;

import java.nio.file.Path;
import java.util.Locale;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What RocksDB reports, as a sentence that says what to do. */
final class StoreErrors {
  private StoreErrors() {}

  static StoreException of(Path directory, String action, RocksDBException cause) {
    return new StoreException(sentence(directory, action, cause), cause);
  }

  private static String sentence(Path directory, String action, RocksDBException cause) {
    String detail = String.valueOf(cause.getMessage());
    Status status = cause.getStatus();
    Status.Code code = status == null ? Status.Code.Undefined : status.getCode();
    boolean noSpace = status != null && status.getSubCode() == Status.SubCode.NoSpace;
    if (noSpace || detail.contains("No space left on device")) {
      return "The disk that holds the store %s is full (%s failed: %s). Free space and restart: the store goes on from its last write."
          .formatted(directory, action, detail);
    }
    if (isLock(detail)) {
      return "The store %s is in use by another process or another store in this one (%s). Stop it, or use another directory."
          .formatted(directory, detail);
    }
    return switch (code) {
      case Corruption ->
          "The store %s is damaged (%s failed: %s). Delete the directory: it is filled again from the vectors topics."
              .formatted(directory, action, detail);
      case IOError ->
          "The store %s cannot be read or written (%s failed: %s). Check the disk and the directory's permissions, then restart."
              .formatted(directory, action, detail);
      default ->
          "The store %s failed to %s: %s. Restart; if it fails again, delete the directory: it is filled again from the vectors topics."
              .formatted(directory, action, detail);
    };
  }

  private static boolean isLock(String detail) {
    String lower = detail.toLowerCase(Locale.ROOT);
    return lower.contains("lock file") || lower.contains("lock hold by");
  }
}
