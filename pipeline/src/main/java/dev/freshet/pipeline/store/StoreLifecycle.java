package dev.freshet.pipeline.store;

import dev.freshet.pipeline.store.OpenDatabase.Opening;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database of a store from its opening to its close: keeps callers out while it is closed or
 * opened anew, makes errors of RocksDB's, opens the database anew where a full disk has stopped it,
 * and remembers what was found to be damaged. Thread-safe.
 */
final class StoreLifecycle implements AutoCloseable {
  /** Instead of a generation: the store. */
  static final int WHOLE = -1;

  private static final Logger LOG = LoggerFactory.getLogger(StoreLifecycle.class);

  /** That searches may wait for a store to be opened anew while others still read it. */
  private static final Duration PATIENCE = Duration.ofMillis(100);

  private final Path directory;
  private final StoreSettings settings;
  private final Opening opening;

  /** Read: a native handle is in use. Write: closing, opening anew. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** Changes under the write lock alone. */
  private volatile OpenDatabase database;

  private volatile boolean closed;

  /** By generation the first damage that somebody met; it does not go away while it is open. */
  private final Map<Integer, StoreException> damage = new ConcurrentHashMap<>();

  /** RocksDB met a full disk: its log takes nothing any more until it is opened anew. */
  private volatile boolean isStopped;

  /** Work on native handles. */
  @FunctionalInterface
  interface Call<S, T> {
    T on(S open) throws RocksDBException;
  }

  /**
   * @param opening how it was opened, and is opened anew
   * @param database closed with this
   */
  StoreLifecycle(Path directory, StoreSettings settings, Opening opening, OpenDatabase database) {
    this.directory = directory;
    this.settings = settings;
    this.opening = opening;
    this.database = database;
  }

  /** What is known without a native handle, also after closing. */
  OpenDatabase database() {
    return database;
  }

  /**
   * Works on the database while it is open.
   *
   * @param generation whose damage it is when some is met; {@link #WHOLE} for the store's
   * @param action what for, to say so where it fails
   * @throws IllegalStateException when it is closed
   * @throws StoreException when RocksDB fails
   */
  <T> T read(int generation, String action, Call<OpenDatabase, T> call) {
    lock.readLock().lock();
    try {
      requireOpen();
      return call.on(database);
    } catch (RocksDBException e) {
      if (StoreErrors.isFull(e)) {
        stopped();
      }
      throw noted(generation, StoreErrors.of(directory, action, e));
    } catch (StoreDamagedException e) {
      throw noted(generation, e);
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * As {@link #read}; opens the database anew before where it was stopped.
   *
   * @throws StoreFullException when there is no room yet
   */
  <T> T write(int generation, String action, Call<OpenDatabase, T> call) {
    if (isStopped) {
      openAnew();
    }
    return read(generation, action, call);
  }

  /** RocksDB met a full disk: the next write opens it anew. */
  void stopped() {
    isStopped = true;
  }

  /**
   * What is written is in the log, and is read from there. Waits for calls that are under way, but
   * not for long ones: searches that begin meanwhile wait, too.
   */
  private void openAnew() {
    try {
      if (!lock.writeLock().tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new StoreFullException(
            "The store %s is opened anew after its disk was full as soon as nothing reads it for long."
                .formatted(directory));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFullException(
          "The store %s is not opened anew: interrupted".formatted(directory), e);
    }
    try {
      requireOpen();
      if (isStopped) {
        database.rocks().room().requireToOpen(settings.writeBufferBytes());
        reopen();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void reopen() {
    LOG.info("opens the store {} anew, since there is room on its disk", directory);
    boolean isOpen = false;
    try {
      database.close();
      database = OpenDatabase.open(directory, settings, opening);
      isStopped = false;
      isOpen = true;
    } catch (RocksDBException e) {
      StoreException found = StoreErrors.opening(directory, e);
      throw lost(
          found instanceof StoreFullException
              ? notOpenedAnew("Its disk is full again: free space and restart.", e)
              : found);
    } catch (RuntimeException e) {
      throw lost(notOpenedAnew("Restart.", e));
    } catch (Error e) {
      var unused = lost(notOpenedAnew("Restart.", e));
      throw e;
    } finally {
      if (!isOpen) {
        // Whatever it was that was thrown: a handle that is freed must not be used.
        closed = true;
        database.close();
      }
    }
  }

  private StoreException notOpenedAnew(String advice, Throwable e) {
    return new StoreException(
        "The store %s could not be opened anew (%s). %s".formatted(directory, e, advice), e);
  }

  /** Nothing is open any more: people are told why. */
  private StoreException lost(StoreException e) {
    damage.put(WHOLE, e);
    return e;
  }

  private StoreException noted(int generation, StoreException e) {
    if (e instanceof StoreDamagedException damaged
        && damaged.note()
        && damage.putIfAbsent(generation, e) == null) {
      LOG.error("{}", e.getMessage());
    }
    return e;
  }

  /** Of this generation, or of the store as a whole; a sentence for people. */
  Optional<String> damage(int generation) {
    return Stream.of(WHOLE, generation)
        .map(damage::get)
        .filter(Objects::nonNull)
        .map(found -> String.valueOf(found.getMessage()))
        .findFirst();
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the store " + directory + " is closed");
    }
  }

  /** Waits for calls that are under way; those that ask {@link #requireOpen} end. Idempotent. */
  @Override
  public void close() {
    closed = true;
    lock.writeLock().lock();
    try {
      database.close();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
