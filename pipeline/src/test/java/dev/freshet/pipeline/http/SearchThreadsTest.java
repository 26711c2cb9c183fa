package dev.freshet.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.config.ConfigLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SearchThreadsTest {

  private static SearchThreads threads(String timeout) {
    return new SearchThreads(
        ConfigLoader.load(null, Map.of(), Map.of("serve.searchTimeout", timeout)).serve());
  }

  /** A search on every thread, which ends when this has happened; all have begun. */
  private static List<CompletableFuture<Integer>> occupy(
      SearchThreads threads, CountDownLatch end) {
    CountDownLatch begun = new CountDownLatch(SearchThreads.RUNNING);
    List<CompletableFuture<Integer>> searches = new ArrayList<>();
    for (int i = 0; i < SearchThreads.RUNNING; i++) {
      int number = i;
      searches.add(
          threads.run(
              () -> {
                begun.countDown();
                await(end);
                return number;
              }));
    }
    await(begun);
    return searches;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aSearchThatWaitedForTooLongIsNotRun() {
    CountDownLatch end = new CountDownLatch(1);
    AtomicBoolean isRun = new AtomicBoolean();
    try (SearchThreads threads = threads("1s")) {
      occupy(threads, end);
      CompletableFuture<Boolean> waited = threads.run(() -> isRun.getAndSet(true));
      assertThatThrownBy(waited::join)
          .cause()
          .isInstanceOf(ProblemException.class)
          .hasMessage("it took longer than 1s (serve.searchTimeout)");
      end.countDown();
      Awaitility.await().until(() -> threads.ended() == SearchThreads.RUNNING + 1);
      assertThat(isRun).isFalse();
    } finally {
      end.countDown();
    }
  }

  @Test
  void aSearchThatWaitedIsRun() {
    CountDownLatch end = new CountDownLatch(1);
    try (SearchThreads threads = threads("1m")) {
      List<CompletableFuture<Integer>> first = occupy(threads, end);
      CompletableFuture<Integer> waited = threads.run(() -> 42);
      end.countDown();
      assertThat(waited.join()).isEqualTo(42);
      assertThat(first).extracting(CompletableFuture::join).doesNotHaveDuplicates();
    }
  }
}
