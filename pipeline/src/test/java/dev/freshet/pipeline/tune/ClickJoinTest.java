package dev.freshet.pipeline.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.event.SearchMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClickJoinTest {
  private static final Duration WINDOW = Duration.ofMillis(1_000);

  /** Clicks that may wait in all. */
  private static final int ROOM = 500;

  private final InterceptingOperatorMetricGroup metrics = new InterceptingOperatorMetricGroup();
  private KeyedTwoInputStreamOperatorTestHarness<String, ShownPage, ClickedObject, ClickedPage>
      join;

  /** The join with metrics that can be read. */
  private static final class MeasuredJoin
      extends KeyedCoProcessOperator<String, ShownPage, ClickedObject, ClickedPage> {
    private static final long serialVersionUID = 1;
    private final transient InterceptingOperatorMetricGroup metrics;

    MeasuredJoin(Duration window, InterceptingOperatorMetricGroup metrics) {
      super(new ClickJoin(window, ROOM));
      this.metrics = metrics;
    }

    @Override
    public InternalOperatorMetricGroup getMetricGroup() {
      return metrics;
    }
  }

  @BeforeEach
  void open() throws Exception {
    join = harness(WINDOW);
    join.open();
  }

  private KeyedTwoInputStreamOperatorTestHarness<String, ShownPage, ClickedObject, ClickedPage>
      harness(Duration window) throws Exception {
    return new KeyedTwoInputStreamOperatorTestHarness<>(
        new MeasuredJoin(window, metrics),
        ShownPage::queryId,
        ClickedObject::queryId,
        Types.STRING);
  }

  private void restart() throws Exception {
    restart(WINDOW);
  }

  private void restart(Duration window) throws Exception {
    OperatorSubtaskState state = join.snapshot(1, 1);
    join.close();
    join = harness(window);
    join.initializeState(state);
    join.open();
  }

  @AfterEach
  void close() throws Exception {
    join.close();
  }

  private void page(String query, long millis) throws Exception {
    join.processElement1(Pages.shown(query, null, millis), millis);
  }

  private void click(String query, String object, long millis) throws Exception {
    join.processElement2(new ClickedObject(query, object, millis), millis);
  }

  private void time(long millis) throws Exception {
    join.processBothWatermarks(new Watermark(millis));
  }

  private List<List<Integer>> joined() {
    return join.extractOutputValues().stream()
        .map(page -> Arrays.stream(page.clicks()).boxed().toList())
        .toList();
  }

  private long count(String metric) {
    return ((Counter) metrics.get(metric)).getCount();
  }

  @Test
  void aPageLeavesWithItsClicksWhenTheyCannotCountAnyMore() throws Exception {
    page("q", 100);
    click("q", "c", 200);
    click("q", "a", 300);
    time(1_099);
    assertThat(joined()).isEmpty();
    time(1_100);
    assertThat(joined()).containsExactly(List.of(1, 3));
  }

  @Test
  void aPageThatNobodyClickedIsSaidTo() throws Exception {
    page("q", 100);
    time(2_000);
    assertThat(joined()).containsExactly(List.of());
  }

  @Test
  void clicksMayComeBeforeTheirPage() throws Exception {
    click("q", "b", 150);
    page("q", 100);
    time(2_000);
    assertThat(joined()).containsExactly(List.of(2));
  }

  @Test
  void aClickCountsOnceAndOnlyOnWhatWasShown() throws Exception {
    page("q", 100);
    click("q", "b", 150);
    click("q", "b", 160);
    click("q", "elsewhere", 170);
    time(2_000);
    assertThat(joined()).containsExactly(List.of(2));
    assertThat(count("clicksJoined")).isEqualTo(1);
    assertThat(count("clicksDuplicate")).isEqualTo(1);
    assertThat(count("clicksOnNothingShown")).isEqualTo(1);
    assertThat(count("clicksLate")).isZero();
  }

  @Test
  void aClickBelowTheFirstTenIsNotLearnedFromAndToldFromOneOnNothingShown() throws Exception {
    List<Impression.Slot> slots =
        IntStream.rangeClosed(1, 20).mapToObj(i -> new Impression.Slot("d" + i, i, 1)).toList();
    ShownPage twenty =
        ShownPage.of(
            new Impression("q", "what", 1, SearchMode.DENSE, 0, slots, null, Instant.EPOCH), 100);
    click("q", "d20", 150); // before its page
    join.processElement1(twenty, 100);
    click("q", "d10", 150);
    click("q", "d11", 150);
    click("q", "d21", 150);
    time(2_000);
    assertThat(joined()).containsExactly(List.of(10));
    assertThat(join.extractOutputValues().get(0).page().below()).isNull();
    assertThat(count("clicksBelow")).isEqualTo(2);
    assertThat(count("clicksOnNothingShown")).isEqualTo(1);
  }

  @Test
  void aClickAfterTheWindowDoesNotCountWhenItComesInTimeAndWhenItDoesNot() throws Exception {
    page("q", 100);
    click("q", "a", 1_101);
    time(1_100);
    assertThat(joined()).containsExactly(List.of());
    assertThat(count("clicksLate")).isEqualTo(1);
    click("q", "a", 200);
    time(5_000);
    assertThat(joined()).hasSize(1);
    assertThat(count("clicksLate")).isEqualTo(2);
    assertThat(count("clicksJoined")).isZero();
  }

  @Test
  void theEarlierOfTwoClicksOnAnObjectCounts() throws Exception {
    page("q", 100);
    click("q", "a", 1_500);
    click("q", "a", 200);
    time(2_000);
    assertThat(joined()).containsExactly(List.of(1));
    assertThat(count("clicksDuplicate")).isEqualTo(1);
  }

  @Test
  void clicksThatWaitedAndAreNotOnThePageAreForgottenWhenItComes() throws Exception {
    click("q", "elsewhere", 150);
    click("q", "b", 150);
    page("q", 100);
    assertThat(count("clicksOnNothingShown")).isEqualTo(1);
    click("q", "elsewhere", 160);
    assertThat(count("clicksOnNothingShown")).isEqualTo(2);
    assertThat(count("clicksDuplicate")).isZero();
    time(2_000);
    assertThat(joined()).containsExactly(List.of(2));
  }

  @Test
  void aFloodOfClicksKeepsNoMoreThanAPageCanHave() throws Exception {
    for (int i = 0; i < 3 * ClickJoin.MOST_WAITING; i++) {
      click("q", "x" + i % (2 * ClickJoin.MOST_WAITING), 150);
    }
    assertThat(count("clicksFlooded")).isEqualTo(ClickJoin.MOST_WAITING);
    assertThat(count("clicksDuplicate")).isEqualTo(ClickJoin.MOST_WAITING);
    assertThat(join.numEventTimeTimers()).isEqualTo(1);

    time(5_000);
    assertThat(count("clicksWithoutPage")).isEqualTo(ClickJoin.MOST_WAITING);
    click("q", "a", 5_100);
    page("q", 5_000);
    time(9_000);
    assertThat(joined()).containsExactly(List.of(1));
  }

  @Test
  void aFloodOfClicksOnInventedSearchesKeepsABoundedNumberAndDropsNoneThatHasItsPage()
      throws Exception {
    page("real", 100);
    for (int i = 0; i < 2 * ROOM; i++) {
      click("invented " + i, "a", 150);
    }
    assertThat(count("clicksFlooded")).isEqualTo(ROOM);
    assertThat(join.numEventTimeTimers()).isEqualTo(ROOM + 1);
    click("real", "b", 200);
    time(2_000);
    assertThat(joined()).containsExactly(List.of(2));
    assertThat(count("clicksWithoutPage")).isEqualTo(ROOM);
    assertThat(count("clicksFlooded")).isEqualTo(ROOM);

    click("early", "c", 2_100);
    page("early", 2_050);
    time(5_000);
    assertThat(joined()).containsExactly(List.of(2), List.of(3));
    assertThat(join.numKeyedStateEntries()).isZero();
  }

  @Test
  void aPageThatComesMakesRoomForClicksThatWait() throws Exception {
    for (int i = 0; i < 3 * ROOM; i++) {
      click("q" + i, "a", 150);
      click("q" + i, "b", 150);
      page("q" + i, 100);
    }
    assertThat(count("clicksFlooded")).isZero();
    time(2_000);
    assertThat(joined()).hasSize(3 * ROOM).containsOnly(List.of(1, 2));
  }

  @Test
  void aRestartCountsAnewWhatWaits() throws Exception {
    for (int i = 0; i < ROOM; i++) {
      click("before " + i, "a", 150);
    }
    restart();
    click("before 0", "b", 160);
    for (int i = 0; i < ROOM; i++) {
      click("after " + i, "a", 170);
    }
    assertThat(count("clicksFlooded"))
        .as("both of the one that was clicked again count")
        .isEqualTo(2);
    page("before 0", 100);
    click("after " + ROOM, "a", 180);
    assertThat(count("clicksFlooded")).isEqualTo(2);
    time(2_000);
    assertThat(joined()).containsExactly(List.of(1, 2));
    assertThat(join.numKeyedStateEntries()).as("but that the page is known").isEqualTo(1);
  }

  @Test
  void aSearchThatComesTwiceIsOne() throws Exception {
    page("q", 100);
    page("q", 100);
    time(1_100);
    page("q", 100);
    time(9_000);
    assertThat(joined()).hasSize(1);
    assertThat(count("pagesDuplicate")).isEqualTo(2);
  }

  @Test
  void aClickWithoutAPageIsNotWaitedForForEver() throws Exception {
    click("q", "a", 100);
    assertThat(join.numKeyedStateEntries()).isPositive();
    time(5_000);
    assertThat(join.numKeyedStateEntries()).isZero();
    assertThat(joined()).isEmpty();
    assertThat(count("clicksWithoutPage")).isEqualTo(1);
  }

  @Test
  void aLateClickIsToldFromAStrayOneThoughTheFirstCameBeforeItsPage() throws Exception {
    click("q", "b", 150);
    page("q", 100);
    time(1_500); // the first click's own timer has rung, too
    click("q", "a", 1_600);
    assertThat(count("clicksLate")).isEqualTo(1);
    time(9_000);
    assertThat(count("clicksWithoutPage")).isZero();
    assertThat(join.numKeyedStateEntries()).isZero();
  }

  @Test
  void nothingIsKeptOfWhatIsOver() throws Exception {
    page("q", 100);
    click("q", "a", 150);
    time(9_000);
    assertThat(join.numKeyedStateEntries()).isZero();
    assertThat(join.numEventTimeTimers()).isZero();
  }

  @Test
  void aRestartGoesOnWithWhatWaits() throws Exception {
    page("q", 100);
    click("q", "a", 150);
    restart();
    click("q", "c", 200);
    time(2_000);
    assertThat(joined()).containsExactly(List.of(1, 3));
  }

  @Test
  void whatACheckpointBringsBackLeavesWhenALongerWindowIsOverAndNotNever() throws Exception {
    page("gone", 100);
    time(1_100); // known until 2,100, by the window that was
    page("waits", 1_150);
    click("waits", "a", 1_200);
    restart(WINDOW.multipliedBy(2));
    time(2_200);
    assertThat(joined()).isEmpty();
    click("gone", "a", 2_250);
    assertThat(count("clicksLate")).as("it is known for longer, too").isEqualTo(1);
    click("waits", "c", 2_900);
    time(3_150);
    assertThat(joined()).containsExactly(List.of(1, 3));
    time(9_000);
    assertThat(join.numKeyedStateEntries()).isZero();
    assertThat(join.numEventTimeTimers()).isZero();
  }
}
