package dev.freshet.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.junit.jupiter.api.Test;

class JobCountersTest {
  private static final String NAME = "of JobCountersTest";

  @Test
  void aRestartOfTheJobTakesNothingAway() {
    MetricReporter reporter = new JobCounters.Factory().createMetricReporter(new Properties());
    MetricGroup group = new UnregisteredMetricsGroup();
    assertThat(JobCounters.count(NAME)).isZero();
    Counter first = new SimpleCounter();
    Counter second = new SimpleCounter();
    reporter.notifyOfAddedMetric(first, NAME, group);
    reporter.notifyOfAddedMetric(second, NAME, group);
    first.inc(3);
    second.inc(4);
    assertThat(JobCounters.count(NAME)).isEqualTo(7);
    reporter.notifyOfRemovedMetric(first, NAME, group);
    reporter.notifyOfRemovedMetric(first, NAME, group);
    assertThat(JobCounters.count(NAME)).isEqualTo(7);
    Counter again = new SimpleCounter();
    reporter.notifyOfAddedMetric(again, NAME, group);
    again.inc();
    assertThat(JobCounters.count(NAME)).isEqualTo(8);
  }
}
