package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExaminationCountsTest {
  /** Pages of one document, each shown twice: of query a it was clicked once, of b twice. */
  private static final ClickTable TABLE =
      new ClickTable(
          new ClickLog(
              List.of(
                  impression("a", List.of(1)),
                  impression("a", List.of()),
                  impression("b", List.of(1)),
                  impression("b", List.of(1)))),
          Browsing.POSITION);

  private static Impression impression(String query, List<Integer> clicks) {
    return new Impression(Page.asRanked(query, List.of("d")), null, clicks);
  }

  private static ExaminationCounts counts() {
    ExaminationCounts counts = new ExaminationCounts(TABLE, 2);
    counts.add(0, new double[] {1, 0});
    counts.add(1, new double[] {0, 1});
    return counts;
  }

  @Test
  void aClickIsSharedOutBetweenAttractionAndChance() {
    double[] examination = {1};
    double[] rates = {0.1, 0.5};
    double stray = counts().maximise(examination, rates, true, 0.2);

    // A document of the first class is clicked with 0.2 + 0.8 · 0.1, one of the second with 0.6.
    assertThat(rates[0]).isCloseTo(0.1 / 0.28 / 2, within(1e-12));
    assertThat(rates[1]).isCloseTo(2 * 0.5 / 0.6 / 2, within(1e-12));
    assertThat(stray).isCloseTo((0.2 / 0.28 + 2 * 0.2 / 0.6) / 4, within(1e-12));
    assertThat(examination).containsExactly(1);
  }

  @Test
  void withoutStrayClicksThereAreNone() {
    double[] rates = {0.1, 0.5};
    assertThat(counts().maximise(new double[] {1}, rates, false, 0)).isZero();
    assertThat(rates).containsExactly(0.1, 0.5);
  }
}
