package dev.freshet.pipeline.tune;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Puts the clicks of a search to the page that it showed, by query id and in event time. A page
 * waits for as long as its clicks count and may be under way, then leaves with those that came.
 *
 * <pre>
 * page   ────────┬──────── attribution window ───────┬── lateness ──┬──▶ leaves
 * clicks    ●    │  ●  counts      ● again: once     │  ●  too late │  ●  after it left
 *           └ before its page: waits for it
 * </pre>
 *
 * What does not count is counted: see the metrics.
 */
final class ClickJoin
    extends KeyedCoProcessFunction<String, ShownPage, ClickedObject, ClickedPage> {
  private static final long serialVersionUID = 1;

  private final long windowMillis;
  private transient @Nullable ValueState<ShownPage> page;
  private transient @Nullable ListState<ClickedObject> clicks;

  /** When a page left: so long its id is known, so that late clicks are told from stray ones. */
  private transient @Nullable ValueState<Long> left;

  private transient @Nullable Counters counters;

  /** What happened to clicks and pages, by name in Flink's metrics. */
  private record Counters(
      Counter joined,
      Counter duplicateClicks,
      Counter lateClicks,
      Counter clicksOnNothingShown,
      Counter clicksWithoutPage,
      Counter duplicatePages) {

    static Counters in(MetricGroup group) {
      return new Counters(
          group.counter("clicksJoined"),
          group.counter("clicksDuplicate"),
          group.counter("clicksLate"),
          group.counter("clicksOnNothingShown"),
          group.counter("clicksWithoutPage"),
          group.counter("pagesDuplicate"));
    }
  }

  /**
   * @param window how long after a search its clicks count
   */
  ClickJoin(Duration window) {
    windowMillis = window.toMillis();
  }

  @Override
  public void open(OpenContext context) {
    page = getRuntimeContext().getState(new ValueStateDescriptor<>("page", ShownPage.class));
    clicks =
        getRuntimeContext().getListState(new ListStateDescriptor<>("clicks", ClickedObject.class));
    left = getRuntimeContext().getState(new ValueStateDescriptor<>("left", Long.class));
    counters = Counters.in(getRuntimeContext().getMetricGroup());
  }

  @Override
  public void processElement1(ShownPage shown, Context context, Collector<ClickedPage> out)
      throws Exception {
    if (opened(page).value() != null || opened(left).value() != null) {
      opened(counters).duplicatePages.inc();
      return;
    }
    opened(page).update(shown);
    context.timerService().registerEventTimeTimer(shown.millis() + windowMillis);
  }

  @Override
  public void processElement2(ClickedObject click, Context context, Collector<ClickedPage> out)
      throws Exception {
    if (opened(left).value() != null) {
      opened(counters).lateClicks.inc();
      return;
    }
    opened(clicks).add(click);
    if (opened(page).value() == null) {
      // Its page may come yet; one that never does must not be waited for without end.
      context
          .timerService()
          .registerEventTimeTimer(
              Math.max(click.millis(), context.timerService().currentWatermark()) + windowMillis);
    }
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<ClickedPage> out)
      throws Exception {
    ShownPage shown = opened(page).value();
    Long since = opened(left).value();
    if (shown != null && time >= shown.millis() + windowMillis) {
      out.collect(joined(shown, opened(clicks).get()));
      opened(page).clear();
      opened(clicks).clear();
      opened(left).update(time);
      context.timerService().registerEventTimeTimer(time + windowMillis);
    } else if (shown == null && since != null) {
      // The timer of a click that came before its page may ring here, too: that one is too early.
      if (time >= since + windowMillis) {
        opened(left).clear();
      }
    } else if (shown == null) {
      opened(clicks).get().forEach(stray -> opened(counters).clicksWithoutPage.inc());
      opened(clicks).clear();
    }
  }

  private ClickedPage joined(ShownPage shown, Iterable<ClickedObject> all) {
    TreeSet<Integer> positions = new TreeSet<>();
    List<ClickedObject> inTime = new ArrayList<>();
    for (ClickedObject click : all) {
      if (click.millis() > shown.millis() + windowMillis) {
        opened(counters).lateClicks.inc();
      } else {
        inTime.add(click);
      }
    }
    for (ClickedObject click : inTime) {
      int position = shown.position(click.objectId());
      if (position == 0) {
        opened(counters).clicksOnNothingShown.inc();
      } else if (positions.add(position)) {
        opened(counters).joined.inc();
      } else {
        opened(counters).duplicateClicks.inc();
      }
    }
    return new ClickedPage(shown, positions.stream().mapToInt(each -> each).toArray());
  }

  private static <T> T opened(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("not open");
    }
    return value;
  }
}
