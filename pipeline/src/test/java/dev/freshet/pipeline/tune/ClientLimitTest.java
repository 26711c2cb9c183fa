package dev.freshet.pipeline.tune;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class ClientLimitTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();

  @Test
  void aFloodOfOneClientEndsAtTheLimitAndTheNextHourBeginsAnew() throws Exception {
    try (var limit =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new ClientLimit(3)),
            (ClickedPage page) -> String.valueOf(page.page().clientId()),
            Types.STRING)) {
      limit.open();
      for (int i = 0; i < 10; i++) {
        limit.processElement(Pages.clicked("q" + i, "flood", HOUR + i), 0);
        limit.processElement(Pages.clicked("r" + i, "other", HOUR + i * HOUR), 0);
      }
      limit.processElement(Pages.clicked("s", "flood", 2 * HOUR), 0);
      assertThat(limit.extractOutputValues())
          .filteredOn(page -> "flood".equals(page.page().clientId()))
          .extracting(page -> page.page().queryId())
          .containsExactly("q0", "q1", "q2", "s");
      assertThat(limit.extractOutputValues())
          .filteredOn(page -> "other".equals(page.page().clientId()))
          .hasSize(10);
    }
  }

  @Test
  void thoseWhoAreNotKnownAreNobodysFlood() throws Exception {
    try (var limit =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new ClientLimit(1)),
            (ClickedPage page) -> "all",
            Types.STRING)) {
      limit.open();
      for (int i = 0; i < 5; i++) {
        limit.processElement(Pages.clicked("q" + i, null, HOUR), 0);
      }
      assertThat(limit.extractOutputValues()).hasSize(5);
    }
  }
}
