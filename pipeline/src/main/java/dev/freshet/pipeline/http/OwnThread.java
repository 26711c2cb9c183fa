package dev.freshet.pipeline.http;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What takes seconds, and may wait for other nodes, of which one may be this process: each has a
 * thread of its own, and none waits for another's.
 */
final class OwnThread {
  private OwnThread() {}

  /**
   * @param name of the thread
   */
  static <T> CompletableFuture<T> run(String name, Supplier<T> task) {
    return CompletableFuture.supplyAsync(
        task,
        work -> {
          Thread thread = new Thread(work, name);
          thread.setDaemon(true);
          thread.start();
        });
  }
}
