package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.search.GenerationStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeMetricsTest {
  private static final GenerationRecord RECORD =
      GenerationRecord.first(1, "f", "m", Instant.parse("2026-01-02T03:04:05Z"));

  private static double left(double progress, @Nullable Double secondsLeft) {
    return NodeMetrics.secondsLeft(
        GenerationStatus.here(RECORD, progress >= 1, 5, 5, 4, progress, 0, secondsLeft, null, 100));
  }

  @Test
  void aRefreshThatStandsStillIsNotDone() {
    assertThat(left(0.5, null)).isNaN();
    assertThat(left(0, null)).isNaN();
    assertThat(left(0.5, 12.0)).isEqualTo(12);
    assertThat(left(1, null)).isZero();
  }
}
