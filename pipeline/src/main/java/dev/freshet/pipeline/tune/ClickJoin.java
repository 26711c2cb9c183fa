package dev.freshet.pipeline.tune;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
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
 * What does not count is counted: see the metrics. A search keeps no more clicks than its page has
 * documents, and a bounded number while that has not come, however many arrive.
 *
 * <p>Clicks on searches that somebody invented wait for nothing, each with a timer, so all that
 * wait in a subtask are bounded together. At the bound a click that comes before its page is
 * dropped, and counted as flooded, until pages come or the window of others is over; clicks on
 * pages that are here join as ever. A restart counts anew, see {@link WaitingClicks}: what a
 * checkpoint brings back comes on top, for one window.
 */
final class ClickJoin
    extends KeyedCoProcessFunction<String, ShownPage, ClickedObject, ClickedPage> {
  private static final long serialVersionUID = 1;

  /** Objects whose clicks wait for their page; a page has far fewer. */
  static final int MOST_WAITING = 100;

  /** Clicks that wait for their pages in a subtask: about a hundred megabytes of them. */
  private static final int MOST_WAITING_IN_ALL = 200_000;

  private final long windowMillis;
  private final int mostWaiting;
  private transient @Nullable ValueState<ShownPage> page;

  /** The first click on each object. */
  private transient @Nullable MapState<String, ClickedObject> clicks;

  /** How many objects that is, while their page has not come. */
  private transient @Nullable ValueState<Integer> waiting;

  private transient @Nullable WaitingClicks allWaiting;

  /** When a page left: so long its id is known, so that late clicks are told from stray ones. */
  private transient @Nullable ValueState<Long> left;

  private transient @Nullable Counters counters;

  /** What happened to clicks and pages. */
  private record Counters(Map<ClickOutcome, Counter> clicks, Counter duplicatePages) {

    static Counters in(MetricGroup group) {
      Map<ClickOutcome, Counter> clicks = new EnumMap<>(ClickOutcome.class);
      for (ClickOutcome outcome : ClickOutcome.values()) {
        if (outcome != ClickOutcome.OTHER_ACTION) { // which never comes here
          clicks.put(outcome, group.counter(outcome.counter()));
        }
      }
      return new Counters(clicks, group.counter("pagesDuplicate"));
    }
  }

  /**
   * @param window how long after a search its clicks count
   */
  ClickJoin(Duration window) {
    this(window, MOST_WAITING_IN_ALL);
  }

  /**
   * As above.
   *
   * @param mostWaiting clicks that may wait for their pages in a subtask, of all searches together
   */
  ClickJoin(Duration window, int mostWaiting) {
    windowMillis = window.toMillis();
    this.mostWaiting = mostWaiting;
  }

  @Override
  public void open(OpenContext context) {
    page = getRuntimeContext().getState(new ValueStateDescriptor<>("page", ShownPage.class));
    clicks =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>("clicked objects", String.class, ClickedObject.class));
    waiting = getRuntimeContext().getState(new ValueStateDescriptor<>("waiting", Integer.class));
    left = getRuntimeContext().getState(new ValueStateDescriptor<>("left", Long.class));
    allWaiting = new WaitingClicks(mostWaiting);
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
    waitNoMore(shown.queryId());
    forgetIgnored(shown);
    context.timerService().registerEventTimeTimer(shown.millis() + windowMillis);
  }

  @Override
  public void processElement2(ClickedObject click, Context context, Collector<ClickedPage> out)
      throws Exception {
    if (opened(left).value() != null) {
      count(ClickOutcome.LATE);
      return;
    }
    ShownPage shown = opened(page).value();
    if (shown != null && shown.position(click.objectId()) == 0) {
      countIgnored(click, shown);
      return;
    }
    ClickedObject before = opened(clicks).get(click.objectId());
    if (before != null) {
      count(ClickOutcome.DUPLICATE);
    } else if (shown == null && !mayWait(click, context)) {
      count(ClickOutcome.FLOODED);
      return;
    }
    if (before == null || click.millis() < before.millis()) {
      opened(clicks).put(click.objectId(), click);
    }
  }

  /** Its page may come yet; one that never does must not be waited for without end. */
  private boolean mayWait(ClickedObject click, Context context) throws Exception {
    Integer others = opened(waiting).value();
    int before = others == null ? 0 : others;
    if (before == MOST_WAITING || !opened(allWaiting).admit(click.queryId(), before)) {
      return false;
    }
    if (others == null) {
      context
          .timerService()
          .registerEventTimeTimer(
              Math.max(click.millis(), context.timerService().currentWatermark()) + windowMillis);
    }
    opened(waiting).update(before + 1);
    return true;
  }

  private void waitNoMore(String queryId) throws Exception {
    Integer count = opened(waiting).value();
    if (count != null) {
      opened(allWaiting).release(queryId, count);
      opened(waiting).clear();
    }
  }

  /**
   * A timer may ring too early: that of a click that came before its page, and those that a
   * checkpoint brings back from before the window was made longer. What waits is then due later,
   * and nothing else may ring for it.
   */
  @Override
  public void onTimer(long time, OnTimerContext context, Collector<ClickedPage> out)
      throws Exception {
    ShownPage shown = opened(page).value();
    Long since = opened(left).value();
    if (shown != null && time >= shown.millis() + windowMillis) {
      out.collect(joined(shown, opened(clicks).values()));
      opened(page).clear();
      opened(clicks).clear();
      opened(left).update(time);
      context.timerService().registerEventTimeTimer(time + windowMillis);
    } else if (shown != null) {
      context.timerService().registerEventTimeTimer(shown.millis() + windowMillis);
    } else if (since != null && time >= since + windowMillis) {
      opened(left).clear();
    } else if (since != null) {
      context.timerService().registerEventTimeTimer(since + windowMillis);
    } else {
      opened(clicks).values().forEach(stray -> count(ClickOutcome.WITHOUT_PAGE));
      opened(clicks).clear();
      waitNoMore(context.getCurrentKey());
    }
  }

  private ClickedPage joined(ShownPage shown, Iterable<ClickedObject> all) {
    TreeSet<Integer> positions = new TreeSet<>();
    for (ClickedObject click : all) {
      int position = shown.position(click.objectId());
      if (click.millis() > shown.millis() + windowMillis) {
        count(ClickOutcome.LATE);
      } else if (position > 0) {
        count(ClickOutcome.JOINED);
        positions.add(position);
      }
    }
    return new ClickedPage(
        shown.withoutBelow(), positions.stream().mapToInt(each -> each).toArray());
  }

  /** Of those that waited for the page; the others are on it. */
  private void forgetIgnored(ShownPage shown) throws Exception {
    Iterator<ClickedObject> waited = opened(clicks).values().iterator();
    while (waited.hasNext()) {
      ClickedObject click = waited.next();
      if (shown.position(click.objectId()) == 0) {
        countIgnored(click, shown);
        waited.remove();
      }
    }
  }

  /** It is on nothing that is learned from. */
  private void countIgnored(ClickedObject click, ShownPage shown) {
    count(shown.isBelow(click.objectId()) ? ClickOutcome.BELOW : ClickOutcome.NOT_SHOWN);
  }

  private void count(ClickOutcome outcome) {
    opened(opened(counters).clicks.get(outcome)).inc();
  }

  private static <T> T opened(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("not open");
    }
    return value;
  }
}
