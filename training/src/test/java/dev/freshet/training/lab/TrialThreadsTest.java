package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TrialThreadsTest {
  @Test
  void runsAll() {
    AtomicInteger run = new AtomicInteger();
    TrialThreads.runAll(
        2, List.of(run::incrementAndGet, run::incrementAndGet, run::incrementAndGet));
    assertThat(run).hasValue(3);
  }

  /** The first trial goes on until it is interrupted, so that waiting for it would be for ever. */
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void afterAFailureNoOthersBeginAndThoseThatRunAreInterrupted() {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    AtomicInteger later = new AtomicInteger();
    List<Runnable> trials = new ArrayList<>();
    trials.add(
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.set(true);
            throw new CancellationException("interrupted");
          }
        });
    trials.add(
        () -> {
          awaitQuietly(begun);
          throw new IllegalArgumentException("no widths meet the budget");
        });
    for (int i = 0; i < 1_000; i++) {
      trials.add(later::incrementAndGet);
    }
    assertThatThrownBy(() -> TrialThreads.runAll(2, trials))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no widths meet the budget");
    assertThat(interrupted).isTrue();
    assertThat(later).hasValue(0);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
