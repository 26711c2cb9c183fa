package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LiveReportTest {
  private final AtomicInteger written = new AtomicInteger();
  private final AtomicLong clock = new AtomicLong(-1_000);
  private final LiveReport report = new LiveReport(written::incrementAndGet, clock::get);

  private void advance(long millis) {
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void isThereAfterTheFirstTrialAndNewAfterHalfAMinute() {
    report.trialEnded();
    assertThat(written).hasValue(1);
    advance(29_999);
    report.trialEnded();
    assertThat(written).hasValue(1);
    advance(1);
    report.trialEnded();
    assertThat(written).hasValue(2);
    report.trialEnded();
    assertThat(written).hasValue(2);
  }

  @Test
  void aReportThatCannotBeWrittenEndsNoTrial() {
    LiveReport full =
        new LiveReport(
            () -> {
              throw new UncheckedIOException(new IOException("disk full"));
            },
            clock::get);
    full.trialEnded();
    assertThatThrownBy(full::writeNow).hasMessageContaining("disk full");
  }

  @Test
  void isNewAtTheEnd() {
    report.trialEnded();
    report.writeNow();
    assertThat(written).hasValue(2);
  }
}
