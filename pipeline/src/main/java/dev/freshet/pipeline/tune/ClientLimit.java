package dev.freshet.pipeline.tune;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many pages of one client pass in an hour of event time: a flood of one must not drown
 * what all the others say. The pages of those who are not known have no client in common, and pass.
 */
final class ClientLimit extends KeyedProcessFunction<String, ClickedPage, ClickedPage> {
  private static final long serialVersionUID = 1;

  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

  private final int most;
  private transient @Nullable ValueState<HourCount> counts;
  private transient @Nullable Counter flooded;

  /**
   * @param hour number of an hour since the epoch
   * @param pages in that hour
   */
  public record HourCount(long hour, int pages) {}

  /**
   * @param most pages of a client in an hour
   */
  ClientLimit(int most) {
    this.most = most;
  }

  @Override
  public void open(OpenContext context) {
    var descriptor = new ValueStateDescriptor<>("pages of the hour", HourCount.class);
    // Clients come and go: who has been away for hours is forgotten.
    descriptor.enableTimeToLive(StateTtlConfig.newBuilder(Duration.ofHours(3)).build());
    counts = getRuntimeContext().getState(descriptor);
    flooded = getRuntimeContext().getMetricGroup().counter("pagesFlooded");
  }

  @Override
  public void processElement(ClickedPage page, Context context, Collector<ClickedPage> out)
      throws Exception {
    if (counts == null || flooded == null) {
      throw new IllegalStateException("not open");
    }
    if (page.page().clientId() == null) {
      out.collect(page);
      return;
    }
    long hour = Math.floorDiv(page.page().millis(), HOUR_MILLIS);
    HourCount before = counts.value();
    // Pages come out of order: one of the hour before counts for the one that has begun.
    HourCount now =
        before == null || before.hour < hour
            ? new HourCount(hour, 1)
            : new HourCount(before.hour, before.pages + 1);
    counts.update(now);
    if (now.pages <= most) {
      out.collect(page);
    } else {
      flooded.inc();
    }
  }
}
