package dev.freshet.pipeline.job;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * What the operators of the jobs in this JVM count, by the name that they count it under: all
 * subtasks and all runs together, so that no number falls when a job is started again. Flink makes
 * the reporter that collects it, by {@code META-INF/services}. Thread-safe.
 */
public final class JobCounters {
  private static final Map<String, Sum> SUMS = new HashMap<>();

  private JobCounters() {}

  /** The counters that are there, and what those counted that are gone. */
  private static final class Sum {
    private final Set<Counter> counters = new HashSet<>();
    private long gone;
  }

  /** What was counted under a name; 0 where nothing is. */
  public static long count(String name) {
    synchronized (SUMS) {
      Sum sum = SUMS.get(name);
      return sum == null ? 0 : sum.gone + sum.counters.stream().mapToLong(Counter::getCount).sum();
    }
  }

  /** Whether anything is counted under a name: nothing is where a cluster does not report here. */
  public static boolean isCounted(String name) {
    synchronized (SUMS) {
      return SUMS.containsKey(name);
    }
  }

  /** Lets a cluster report here. */
  public static void addTo(Configuration configuration) {
    configuration.setString("metrics.reporters", "freshet");
    configuration.setString("metrics.reporter.freshet.factory.class", Factory.class.getName());
  }

  /** What Flink makes the reporter with. */
  public static final class Factory implements MetricReporterFactory {
    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      return new Reporter();
    }
  }

  /** Takes down which counters there are. */
  static final class Reporter implements MetricReporter {
    @Override
    public void open(MetricConfig config) {
      // There is nothing to set.
    }

    @Override
    public void close() {
      // The cluster takes its metrics away one by one.
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
      if (metric instanceof Counter counter) {
        synchronized (SUMS) {
          SUMS.computeIfAbsent(name, added -> new Sum()).counters.add(counter);
        }
      }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
      if (metric instanceof Counter counter) {
        synchronized (SUMS) {
          Sum sum = SUMS.get(name);
          if (sum != null && sum.counters.remove(counter)) {
            sum.gone += counter.getCount();
          }
        }
      }
    }
  }
}
