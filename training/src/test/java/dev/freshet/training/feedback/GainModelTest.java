package dev.freshet.training.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.click.Attractiveness;
import dev.freshet.training.click.ClickLog;
import dev.freshet.training.click.ClickModel;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.ExaminationCurve;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.Page;
import dev.freshet.training.click.PositionBasedModel;
import dev.freshet.training.click.RandomClicker;
import dev.freshet.training.click.Slot;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GainModelTest {
  private static final int QUERIES = 100;
  private static final Qrels TRUTH =
      new Qrels(
          IntStream.range(0, QUERIES)
              .mapToObj(query -> new Judgement("q" + query, "q" + query + "-d" + query % 5, 1))
              .toList());

  /** Each query of a range is asked twenty times, by some clients in turn. */
  private static ClickLog clicks(String client, int clients, ClickModel users, int from, int to) {
    Random random = new Random(1);
    List<Impression> impressions = new ArrayList<>();
    for (int query = from; query < to; query++) {
      String id = "q" + query;
      Page page = Page.asRanked(id, IntStream.range(0, 10).mapToObj(i -> id + "-d" + i).toList());
      for (int i = 0; i < 20; i++) {
        impressions.add(
            new Impression(page, client + i % clients, users.click(page, TRUTH, random)));
      }
    }
    return new ClickLog(impressions);
  }

  private static final ClickLog READERS =
      clicks(
          "reader-",
          20,
          new PositionBasedModel(
              ExaminationCurve.power(10, 1), new Attractiveness(List.of(0.05, 0.9))),
          0,
          80);

  private static final ClickLog OTHERS = clicks("other-", 3, new RandomClicker(0.4), 80, QUERIES);

  @ParameterizedTest
  @EnumSource(Estimator.class)
  void whoClicksAnythingJudgesNothing(Estimator estimator) {
    GainModel model = GainModel.of(estimator, READERS.and(OTHERS));
    assertThat(gains(model, OTHERS).queries()).isEmpty();
    assertThat(gains(model, READERS).queries()).hasSizeGreaterThan(70);
  }

  @Test
  void whatAnswersIsWorthMost() {
    ClickedGains gains = gains(GainModel.of(Estimator.POSTERIOR, READERS), READERS);
    long right =
        gains.byQuery().entrySet().stream()
            .filter(
                query -> {
                  String most =
                      Collections.max(query.getValue().entrySet(), Map.Entry.comparingByValue())
                          .getKey();
                  return TRUTH.grade(query.getKey(), most) > 0;
                })
            .count();
    assertThat(right).isGreaterThan(60);
  }

  @Test
  void whatStoodLowOrWasShownSeldomCountsAsIfItHadBeenLookedAtEachTime() {
    List<String> ids = IntStream.range(0, 10).mapToObj(i -> "q1-d" + i).toList();
    List<String> others = new ArrayList<>(ids);
    others.set(1, "q1-seldom");
    List<Impression> impressions = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      // First, clicked in three searches of four; second, where every other one looks, in a fifth
      // of the searches, and clicked in three of eight.
      List<Integer> clicks = new ArrayList<>(i % 4 == 0 ? List.of() : List.of(1));
      if (i % 5 == 0 && i < 15) {
        clicks.add(2);
      }
      List<String> shown = i % 5 == 0 ? others : ids;
      impressions.add(new Impression(Page.asRanked("q1", shown), "reader-1", clicks));
    }
    ClickLog log = new ClickLog(impressions);
    Map<String, Double> asTheyAre =
        gains(GainModel.of(Estimator.UNWEIGHTED, READERS), log)
            .byQuery()
            .getOrDefault("q1", Map.of());
    assertThat(of(asTheyAre, "q1-d0")).isEqualTo(30);
    assertThat(of(asTheyAre, "q1-seldom")).as("3 of 8, in 40 searches").isEqualTo(15);
    Map<String, Double> gains = gains(READERS, log);
    assertThat(of(gains, "q1-d0")).isCloseTo(30, within(1.0));
    assertThat(of(gains, "q1-seldom")).isCloseTo(30, within(5.0));
    assertThat(of(gains, "q1-d9")).isZero();
  }

  private static Map<String, Double> gains(ClickLog known, ClickLog log) {
    ClickedGains gains = gains(GainModel.of(Estimator.POSTERIOR, known.and(log)), log);
    assertThat(gains.queries()).hasSize(1);
    return gains.byQuery().getOrDefault(gains.queries().get(0), Map.of());
  }

  private static ClickedGains gains(GainModel model, ClickLog log) {
    return model.gains(log, shown(log));
  }

  private static Set<String> shown(ClickLog log) {
    return log.impressions().stream()
        .flatMap(impression -> impression.page().slots().stream())
        .map(Slot::documentId)
        .collect(Collectors.toSet());
  }

  private static double of(Map<String, Double> gains, String document) {
    return gains.getOrDefault(document, Double.NaN);
  }

  @Test
  void aGainIsThatOfASearchTimesTheSearches() {
    Page page = Page.asRanked("another", List.of("another-d1"));
    ClickLog once = new ClickLog(List.of(new Impression(page, "reader-1", List.of(1))));
    ClickLog often = new ClickLog(Collections.nCopies(20, once.impressions().get(0)));
    assertThat(of(gains(READERS, once), "another-d1")).isBetween(0.1, 0.9);
    assertThat(of(gains(READERS, often), "another-d1")).isBetween(19.0, 20.0);
  }

  @Test
  void aClickIsBelievedByAllThatIsKnownOfTheDocument() {
    assertThat(of(gains(READERS, clickOn("q1-d1")), "q1-d1")).as("answers").isGreaterThan(0.95);
    ClickLog mistake = clickOn("q1-d0");
    assertThat(gains(GainModel.of(Estimator.POSTERIOR, READERS.and(mistake)), mistake).queries())
        .as("what others passed over again and again")
        .isEmpty();
  }

  private static ClickLog clickOn(String document) {
    Page page = Page.asRanked("q1", List.of(document));
    return new ClickLog(List.of(new Impression(page, "reader-1", List.of(1))));
  }

  @Test
  void whatIsGoneIsWorthNothingToAnybody() {
    Page page = Page.asRanked("q1", List.of("q1-d0", "q1-d1"));
    Page other = Page.asRanked("q2", List.of("q1-d1", "q1-d2"));
    ClickLog log =
        new ClickLog(
            List.of(
                new Impression(page, "reader-1", List.of(1)),
                new Impression(other, "reader-1", List.of(2))));
    ClickedGains gains =
        GainModel.of(Estimator.UNWEIGHTED, READERS).gains(log, Set.of("q1-d1", "q1-d2"));
    assertThat(gains.byQuery()).containsOnlyKeys("q2");
    assertThat(gains.byQuery().getOrDefault("q2", Map.of())).containsOnlyKeys("q1-d1", "q1-d2");
  }

  /** It stays in the way of others, else a ranking that shows it everywhere would lose nothing. */
  @Test
  void theHarderSomethingIsPushedTheLessItIsWorth() {
    double alittle = pushed(50);
    double more = pushed(100);
    assertThat(more).isPositive().isLessThan(alittle);
    assertThat(pushed(5)).as("nobody pushes what answers five").isEqualTo(5 * 4);
  }

  /** What all queries together make of a document that is clicked for some of four hundred. */
  private static double pushed(int queries) {
    List<Impression> impressions = new ArrayList<>();
    for (int query = 0; query < 400; query++) {
      Page page = Page.asRanked("q" + query, List.of("pushed", "answer " + query));
      List<Integer> clicks = query < queries ? List.of(1, 2) : List.of(2);
      impressions.addAll(Collections.nCopies(4, new Impression(page, null, clicks)));
    }
    ClickLog log = new ClickLog(impressions);
    ClickedGains gains = gains(GainModel.of(Estimator.UNWEIGHTED, READERS), log);
    assertThat(of(gains.byQuery().getOrDefault("q1", Map.of()), "answer 1")).isEqualTo(4);
    return gains.byQuery().values().stream().mapToDouble(query -> of(query, "pushed")).sum();
  }

  @Test
  void queriesWithoutAClickDoNotJudge() {
    Page page = Page.asRanked("q1", List.of("q1-d0", "q1-d1"));
    ClickLog none = new ClickLog(List.of(new Impression(page, "reader-1", List.of())));
    assertThat(gains(GainModel.of(Estimator.POSTERIOR, READERS), none).queries()).isEmpty();
  }
}
