package dev.freshet.pipeline.store;

import dev.freshet.pipeline.config.AnnConfig;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What the indexes of vectors of a store's generations take in the heap, all together: documents
 * that are new, or grow, are refused before the heap is full, where nothing would go on.
 * Thread-safe.
 */
public final class IndexMemory {
  /** What is built leaves this share to what is answered from, which must go on meanwhile. */
  private static final int RESERVE = 8;

  /** Documents that come before it is asked again what indexes take: large ones add up for long. */
  private static final int DOCUMENTS = 256;

  private final long maxBytes;
  private final Map<Integer, LongSupplier> indexes = new ConcurrentHashMap<>();

  /** Documents for which there is room. */
  private final AtomicInteger room = new AtomicInteger();

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

  /**
   * @param bytes what was {@link #opened}
   */
  public void closed(int generation, LongSupplier bytes) {
    indexes.remove(generation, bytes);
  }

  /**
   * Asks for room for more documents; what was found stands for the next ones, too.
   *
   * @param documents that are new or take more than before, at least 1
   * @param complete whether they are of a generation that has held everything once
   * @throws StoreFullException when the indexes take as much as they may
   */
  public void require(int documents, boolean complete) {
    if (room.addAndGet(-documents) > 0) {
      return;
    }
    long taken = indexes.values().stream().mapToLong(LongSupplier::getAsLong).sum();
    long most = complete ? maxBytes : maxBytes - maxBytes / RESERVE;
    if (taken >= most) {
      throw new StoreFullException(
          "The indexes of vectors of the generations %s take %,d MiB of memory, of %,d that they may %s(store.ann.maxBytes, or half of the heap). Raise it and the heap (-Xmx) and restart, or let a generation be retired."
              .formatted(
                  indexes.keySet(),
                  taken >> 20,
                  most >> 20,
                  complete ? "" : "while one is built "));
    }
    room.set(DOCUMENTS);
  }
}
