package dev.freshet.pipeline.http;

import dev.freshet.pipeline.search.RefreshPlan;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The threads of plans. One takes seconds, and that of a cluster waits for those of its nodes, of
 * which one may be this process: so each has a thread of its own, and none waits for another's.
 */
final class Planning {
  private Planning() {}

  static CompletableFuture<RefreshPlan> run(Supplier<RefreshPlan> planning) {
    return CompletableFuture.supplyAsync(
        planning,
        task -> {
          Thread thread = new Thread(task, "plan");
          thread.setDaemon(true);
          thread.start();
        });
  }
}
