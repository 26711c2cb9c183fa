package dev.freshet.pipeline.store;

import java.nio.file.Path;
import java.util.Locale;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What RocksDB reports, as a sentence that says what to do. RocksDB names the file. */
public final class StoreErrors {
  /** What to do about a store that cannot be opened, as the end of a sentence. */
  public static final String REBUILD =
      "run 'freshet store rebuild': it is filled again from the vectors topics";

  /** What to do about one that can be opened. */
  public static final String REBUILD_GENERATION =
      "Stop the node: 'freshet store verify' says which generation it is, and 'freshet store rebuild --generation G' has it filled again from its vectors topic.";

  private StoreErrors() {}

  /** While it is opened. */
  static StoreException opening(Path directory, RocksDBException cause) {
    String detail = String.valueOf(cause.getMessage());
    // A file that is missing is told by its name, and not as damage everywhere.
    return code(cause) == Status.Code.Corruption || detail.contains("No such file or directory")
        ? new StoreDamagedException(
            "The store %s is damaged (open failed: %s). To repair it, %s."
                .formatted(directory, detail, REBUILD),
            cause)
        : of(directory, "open", cause);
  }

  static StoreException of(Path directory, String action, RocksDBException cause) {
    String detail = String.valueOf(cause.getMessage());
    if (detail.contains("Max allowed space was reached")) {
      return new StoreFullException(
          "The store %s takes as many bytes as store.maxBytes allows (%s failed). Raise it and restart, or let a generation be retired."
              .formatted(directory, action),
          cause);
    }
    if (isFull(cause)) {
      return new StoreFullException(
          "The disk that holds the store %s is full (%s failed: %s). Free space: the store goes on from its last write."
              .formatted(directory, action, detail),
          cause);
    }
    if (isLock(detail)) {
      return new StoreException(
          "The store %s is in use by another process or another store in this one (%s). Stop it, or use another directory."
              .formatted(directory, detail),
          cause);
    }
    return switch (code(cause)) {
      case Corruption ->
          new StoreDamagedException(
              "The store %s is damaged (%s failed: %s). %s"
                  .formatted(directory, action, detail, REBUILD_GENERATION),
              cause);
      case IOError ->
          new StoreException(
              "The store %s cannot be read or written (%s failed: %s). Check the disk and the directory's permissions, then restart."
                  .formatted(directory, action, detail),
              cause);
      default ->
          new StoreException(
              "The store %s failed to %s: %s. Restart; if it fails again, %s."
                  .formatted(directory, action, detail, REBUILD),
              cause);
    };
  }

  private static Status.Code code(RocksDBException cause) {
    Status status = cause.getStatus();
    return status == null ? Status.Code.Undefined : status.getCode();
  }

  /** Whether the disk is full. */
  static boolean isFull(RocksDBException cause) {
    Status status = cause.getStatus();
    return (status != null && status.getSubCode() == Status.SubCode.NoSpace)
        || String.valueOf(cause.getMessage()).contains("No space left on device");
  }

  private static boolean isLock(String detail) {
    String lower = detail.toLowerCase(Locale.ROOT);
    return lower.contains("lock file") || lower.contains("lock hold by");
  }
}
