package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RelevanceStrataTest {
  /** Ten documents for each of so many queries. */
  private static ClickTable table(int queries) {
    List<Impression> impressions = new ArrayList<>();
    for (int query = 0; query < queries; query++) {
      List<String> documents = IntStream.range(0, 10).mapToObj(i -> "d" + i).toList();
      impressions.add(new Impression(Page.asRanked("q" + query, documents), null, List.of()));
    }
    return new ClickTable(new ClickLog(impressions), Browsing.POSITION);
  }

  @Test
  void theFirstTenRanksHaveAStratumEachAndDeepOnesShareThem() {
    assertThat(IntStream.rangeClosed(1, 11).map(RelevanceStrata::ofRank).distinct().count())
        .isEqualTo(11);
    assertThat(RelevanceStrata.ofRank(20)).isEqualTo(RelevanceStrata.ofRank(11));
    assertThat(RelevanceStrata.ofRank(21)).isEqualTo(RelevanceStrata.ofRank(50));
    assertThat(RelevanceStrata.ofRank(Integer.MAX_VALUE)).isEqualTo(RelevanceStrata.RANKS - 1);
  }

  @Test
  void withoutASureAnswerItIsTheRankAlone() {
    ClickTable table = table(3);
    double[] unsure = new double[table.pairs.length];
    assertThat(RelevanceStrata.byLikeness(table, unsure, (a, b) -> 1))
        .isEqualTo(RelevanceStrata.byRank(table));
  }

  @Test
  void othersAreComparedWithTheSureAnswersAndTheseWithNoneButOthers() {
    ClickTable table = table(2);
    double[] relevant = new double[table.pairs.length];
    relevant[0] = 0.95; // of the first query, one; of the second, two
    relevant[10] = 0.95;
    relevant[11] = 0.99;
    List<String> asked = new ArrayList<>();
    int[] strata =
        RelevanceStrata.byLikeness(
            table,
            relevant,
            (document, other) -> {
              asked.add(document + other);
              return 0.5;
            });
    assertThat(asked).hasSize(9 + 2 * 8 + 2).contains("d1d0", "d9d0", "d0d1", "d9d1");
    assertThat(strata[0]).isEqualTo(RelevanceStrata.ofRank(1));
    assertThat(strata[1]).isGreaterThanOrEqualTo(RelevanceStrata.RANKS);
    assertThat(strata[10]).isGreaterThanOrEqualTo(RelevanceStrata.RANKS);
    assertThat(IntStream.of(strata).filter(each -> each >= RelevanceStrata.RANKS).distinct())
        .as("all equally alike: one band, of ranks to 3 and to 10")
        .hasSize(2);
  }

  @Test
  void aFewAreMostAlike() {
    ClickTable table = table(100);
    double[] relevant = new double[table.pairs.length];
    for (int query = 0; query < 100; query++) {
      relevant[10 * query] = 1;
    }
    int[] strata =
        RelevanceStrata.byLikeness(
            table, relevant, (document, other) -> Integer.parseInt(document.substring(1)) / 10.0);
    assertThat(strata[9]).as("the most alike, deep").isLessThan(strata[8]);
    assertThat(strata[8]).isLessThan(strata[4]);
    assertThat(strata[4]).as("the other six tenths").isEqualTo(strata[3]);
  }

  @Test
  void whatIsLikeAnyAnswerIsAlike() {
    ClickTable table = table(1);
    double[] relevant = new double[table.pairs.length];
    relevant[0] = 1;
    relevant[1] = 0.95;
    int[] strata =
        RelevanceStrata.byLikeness(
            table,
            relevant,
            (document, other) -> document.equals("d9") && other.equals("d1") ? 1 : 0);
    assertThat(strata[9]).as("like the second answer").isLessThan(strata[8]);
  }

  @Test
  void ofAnAnswerThatIsGoneNothingIsKnown() {
    ClickTable table = table(1);
    double[] relevant = new double[table.pairs.length];
    relevant[0] = 1;
    assertThat(RelevanceStrata.byLikeness(table, relevant, (a, b) -> Double.NaN))
        .isEqualTo(RelevanceStrata.byRank(table));
  }
}
