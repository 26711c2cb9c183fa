package dev.freshet.pipeline.tune;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class ClientLimitTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();

  /** The limit with metrics that can be read. */
  private static final class MeasuredLimit
      extends KeyedProcessOperator<String, ClickedPage, ClickedPage> {
    private static final long serialVersionUID = 1;
    private final transient InterceptingOperatorMetricGroup metrics;

    MeasuredLimit(int limit, InterceptingOperatorMetricGroup metrics) {
      super(new ClientLimit(limit));
      this.metrics = metrics;
    }

    @Override
    public InternalOperatorMetricGroup getMetricGroup() {
      return metrics;
    }
  }

  @Test
  void aFloodOfOneClientEndsAtTheLimitAndTheNextHourBeginsAnew() throws Exception {
    InterceptingOperatorMetricGroup metrics = new InterceptingOperatorMetricGroup();
    try (var limit =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new MeasuredLimit(3, metrics),
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
      assertThat(((Counter) metrics.get("pagesFlooded")).getCount()).isEqualTo(7);
    }
  }

  @Test
  void pagesThatComeOutOfOrderDoNotBeginAnHourAnew() throws Exception {
    try (var limit =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new ClientLimit(3)),
            (ClickedPage page) -> String.valueOf(page.page().clientId()),
            Types.STRING)) {
      limit.open();
      for (int i = 0; i < 10; i++) {
        limit.processElement(Pages.clicked("q" + i, "flood", i % 2 == 0 ? HOUR : 2 * HOUR), 0);
      }
      assertThat(limit.extractOutputValues())
          .extracting(page -> page.page().queryId())
          .containsExactly("q0", "q1", "q2", "q3");
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
