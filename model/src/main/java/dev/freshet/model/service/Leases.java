package dev.freshet.model.service;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Things that are shared by key: made for the first who asks, closed when the last gives his back.
 *
 * <p>Thread-safe. A thing is made under the lock, so that two who ask get one; it is closed outside
 * of it, because closing may wait for others.
 *
 * @param <K> what tells two of them apart
 * @param <V> what is shared
 */
final class Leases<K, V> {
  private static final class Entry<V> {
    private final V value;
    private int holders;

    Entry(V value) {
      this.value = value;
    }
  }

  private final Map<K, Entry<V>> entries = new HashMap<>();
  private final Consumer<V> close;

  /**
   * @param close ends a thing that nobody holds any more
   */
  Leases(Consumer<V> close) {
    this.close = close;
  }

  /**
   * What is shared under the key. Whoever gets it calls {@link #release} once.
   *
   * @param make makes it where there is none; when it throws, nothing is held
   */
  synchronized V acquire(K key, Supplier<V> make) {
    Entry<V> entry = entries.get(key);
    if (entry == null) {
      entry = new Entry<>(make.get());
      entries.put(key, entry);
    }
    entry.holders++;
    return entry.value;
  }

  /** Gives one hold back. */
  void release(K key) {
    Entry<V> unused = null;
    synchronized (this) {
      Entry<V> entry = entries.get(key);
      if (entry == null) {
        throw new IllegalStateException("more given back than was given out: " + key);
      }
      entry.holders--;
      if (entry.holders == 0) {
        entries.remove(key);
        unused = entry;
      }
    }
    if (unused != null) {
      close.accept(unused.value);
    }
  }
}
