package dev.freshet.pipeline.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final AtomicLong clock = new AtomicLong(-7);
  private final Pace pace = new Pace(clock::get);

  private void pass(int seconds) {
    clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void whatCameIsSpreadOverTheTimeThatPassed() {
    assertThat(pace.perSecond()).isZero();
    for (int second = 0; second < 10; second++) {
      pace.add(40);
      pass(1);
    }
    assertThat(pace.perSecond()).isEqualTo(400.0 / 11);
  }

  @Test
  void onlyTheLastHalfMinuteCounts() {
    pace.add(1_000_000);
    for (int second = 0; second < 60; second++) {
      pass(1);
      pace.add(50);
    }
    assertThat(pace.perSecond()).isEqualTo(50);
    pass(15);
    assertThat(pace.perSecond()).isEqualTo(25);
    pass(3_600);
    assertThat(pace.perSecond()).isZero();
    pace.add(30);
    assertThat(pace.perSecond()).isEqualTo(1);
  }
}
