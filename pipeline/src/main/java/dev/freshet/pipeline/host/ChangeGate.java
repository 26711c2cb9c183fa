package dev.freshet.pipeline.host;

import dev.freshet.pipeline.event.VectorRecord;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * All changes to some vectors pass here: one batch at a time, told to whoever listens, and none
 * while somebody makes them stand still. Thread-safe.
 */
class ChangeGate {
  private static final Consumer<List<VectorRecord>> NOBODY = changes -> {};

  /** Held while changes are applied. Fair: a tail that is busy must not keep the others out. */
  private final ReentrantLock lock = new ReentrantLock(true);

  private Consumer<List<VectorRecord>> listener = NOBODY;

  /**
   * Applies a batch, as soon as changes may come in.
   *
   * @param batch applies it and returns the changes that took effect
   */
  void pass(Supplier<List<VectorRecord>> batch) {
    lock.lock();
    try {
      List<VectorRecord> changes = batch.get();
      listener.accept(changes);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Who is told of all changes from now on, on the thread that applies them. A batch that is being
   * applied is waited for: when this returns, every change either is in the store or will be told.
   */
  void listen(Consumer<List<VectorRecord>> newListener) {
    lock.lock();
    try {
      listener = newListener;
    } finally {
      lock.unlock();
    }
  }

  void listenNoMore() {
    listen(NOBODY);
  }

  /** Holds changes back until {@link #goOn}; by the same thread. */
  void standStill() {
    lock.lock();
  }

  void goOn() {
    lock.unlock();
  }
}
