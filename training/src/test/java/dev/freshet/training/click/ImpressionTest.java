package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImpressionTest {
  private static final Page PAGE = Page.asRanked("q", List.of("a", "b", "c"));

  @Test
  void aPageInOrderWasCertain() {
    assertThat(PAGE.slot(2)).isEqualTo(new Slot("b", 2));
    assertThat(PAGE.probability(2)).isEqualTo(1);
  }

  @Test
  void aDrawnPageKeepsRanksAndTheirChances() {
    PagePolicy always = new PagePolicy.SwapFirst(1);
    Page page = Page.drawn("q", List.of("a", "b", "c"), always, new Random(1));
    int positionOfFirst = page.slots().indexOf(new Slot("a", 1)) + 1;
    assertThat(positionOfFirst).isBetween(2, 3);
    assertThat(page.slot(1).rank()).isEqualTo(positionOfFirst);
    assertThat(page.probability(positionOfFirst)).isEqualTo(0.5);
    assertThat(page.probability(1)).isEqualTo(0.5);
  }

  @Test
  void refusesADocumentThatIsShownTwice() {
    assertThatThrownBy(() -> Page.asRanked("q7", List.of("a", "b", "a")))
        .hasMessage("a page must show a document once, that of query q7 shows a twice");
  }

  @Test
  void knowsWhatCameFromBelow() {
    Page page =
        new Page("q", List.of(new Slot("a", 1), new Slot("b", 30)), new PagePolicy.AsRanked());
    assertThat(page.isFromBelow(1)).isFalse();
    assertThat(page.isFromBelow(2)).isTrue();
  }

  @Test
  void refusesRanksThatAreNoOrder() {
    PagePolicy policy = new PagePolicy.AsRanked();
    assertThatThrownBy(() -> new Page("q", List.of(new Slot("a", 1), new Slot("b", 1)), policy))
        .hasMessage(
            "a page must show a rank once, that of query q shows 1 twice, the second time with b");
    assertThatThrownBy(() -> new Slot("a", 0))
        .hasMessage("rank of document a must be at least 1, was 0");
  }

  @Test
  void refusesClicksThatCannotBe() {
    for (List<Integer> clicks : List.of(List.of(4), List.of(0), List.of(2, 1), List.of(2, 2))) {
      assertThatThrownBy(() -> new Impression(PAGE, null, clicks))
          .hasMessage(
              "clicks must be ascending positions from 1 to 3 on the page of query q, were "
                  + clicks);
    }
    assertThat(new Impression(PAGE, "client", List.of(1, 3)).isClicked(3)).isTrue();
  }
}
