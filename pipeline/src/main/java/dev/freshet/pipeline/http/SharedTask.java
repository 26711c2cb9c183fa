package dev.freshet.pipeline.http;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A task that is under way once at most, however many ask: who comes meanwhile gets what the first
 * one gets. Thread-safe.
 */
final class SharedTask<T> {
  private final String name;
  private final Supplier<T> task;
  private @Nullable CompletableFuture<T> running;

  /**
   * @param name of its thread, see {@link OwnThread}
   */
  SharedTask(String name, Supplier<T> task) {
    this.name = name;
    this.task = task;
  }

  synchronized CompletableFuture<T> run() {
    CompletableFuture<T> last = running;
    if (last == null || last.isDone()) {
      last = OwnThread.run(name, task);
      running = last;
    }
    return last.copy();
  }
}
