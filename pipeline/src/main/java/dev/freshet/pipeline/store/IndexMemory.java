package dev.freshet.pipeline.store;

import dev.freshet.pipeline.config.AnnConfig;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What the indexes of vectors of a store's generations take in the heap, all together: changes are
 * refused before the heap is full, where nothing would go on. Thread-safe.
 */
public final class IndexMemory {
  private final long maxBytes;
  private final Map<Integer, LongSupplier> indexes = new ConcurrentHashMap<>();

  /**
   * @param maxBytes see {@link AnnConfig#maxBytes}
   */
  IndexMemory(long maxBytes) {
    this.maxBytes = maxBytes == 0 ? Runtime.getRuntime().maxMemory() / 2 : maxBytes;
  }

  /** An index is opened; it says what it takes. */
  public void opened(int generation, LongSupplier bytes) {
    indexes.put(generation, bytes);
  }

  public void closed(int generation) {
    indexes.remove(generation);
  }

  /**
   * @throws StoreFullException when the indexes take as much as they may
   */
  public void require() {
    long taken = indexes.values().stream().mapToLong(LongSupplier::getAsLong).sum();
    if (taken >= maxBytes) {
      throw new StoreFullException(
          "The indexes of vectors of the generations %s take %,d MiB of memory, as many as they may (store.ann.maxBytes, or half of the heap). Raise it and the heap (-Xmx) and restart, or let a generation be retired."
              .formatted(indexes.keySet(), taken >> 20));
    }
  }
}
