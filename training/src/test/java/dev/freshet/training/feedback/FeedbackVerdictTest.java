package dev.freshet.training.feedback;

import static dev.freshet.training.feedback.FeedbackRounds.interactions;
import static dev.freshet.training.feedback.FeedbackRounds.quality;
import static dev.freshet.training.feedback.FeedbackRounds.settings;
import static dev.freshet.training.feedback.SimulatedFeedback.EXAMINATION;
import static dev.freshet.training.feedback.SimulatedFeedback.HONEST;
import static dev.freshet.training.feedback.SimulatedFeedback.LIKES;
import static dev.freshet.training.feedback.SimulatedFeedback.SIZE;
import static dev.freshet.training.feedback.SimulatedFeedback.WORLD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.click.ClickModel;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.Page;
import dev.freshet.training.click.PositionBasedModel;
import dev.freshet.training.click.RandomClicker;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.round.TuningPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a round says of its candidate, and why. */
class FeedbackVerdictTest {
  @TempDir private static Path folder;
  private static FeedbackRounds rounds;

  @BeforeAll
  static void open() {
    rounds = new FeedbackRounds(folder);
  }

  @AfterAll
  static void close() {
    rounds.close();
  }

  @Test
  void clicksAtRandomTeachNothing() {
    Interactions fresh = interactions(new RandomClicker(0.3), 40, 2);
    try (FeedbackRound.Outcome outcome =
        rounds.run(settings(2e-2), null, fresh, Interactions.NONE)) {
      assertThat(outcome.candidate()).isNull();
      assertThat(outcome.verdict().reasons())
          .containsExactly("the clicks do not tell answers from other documents");
      assertThat(outcome.verdict().suspicious()).isTrue();
    }
  }

  @Test
  void clicksOnEverythingButTheAnswersAreSeenThrough() {
    Interactions fresh = interactions(new PositionBasedModel(EXAMINATION, LIKES.inverted()), 40, 3);
    try (FeedbackRound.Outcome outcome =
        rounds.run(settings(2e-2), null, fresh, Interactions.NONE)) {
      assertThat(outcome.candidate()).isNull();
      assertThat(outcome.verdict().reasons())
          .singleElement()
          .asString()
          .startsWith("clicks say that")
          .contains("of all that was shown answers; above 50 %");
    }
  }

  /** What clicks mean that are all on queries of their own nobody can say yet. */
  @Test
  void clicksThatAreTooFewToTellCountInTheNextRound() {
    for (Interactions fresh :
        List.of(
            inManyWays(new RandomClicker(0.3), 40, 1), interactions(new RandomClicker(0), 40, 1))) {
      try (FeedbackRound.Outcome outcome =
          rounds.run(settings(2e-2), null, fresh, Interactions.NONE)) {
        assertThat(outcome.verdict().isAccepted()).isFalse();
        assertThat(outcome.verdict().suspicious()).isFalse();
        assertThat(outcome.verdict().reasons())
            .containsExactly(
                "0 queries were asked 3 times or more, and clicked on; it takes 20 to tell answers from other documents (gate.least)");
      }
    }
  }

  @Test
  void whatHarmsTheGoldenQueriesIsRejectedWithNumbers() {
    GoldenSet golden = new GoldenSet(WORLD);
    Interactions fresh = mistaken();
    try (FeedbackRound.Outcome outcome =
        rounds.run(settings(2e-2, 50), golden, fresh, Interactions.NONE, rounds::taught)) {
      assertThat(outcome.candidate()).isNotNull();
      assertThat(outcome.verdict().isAccepted()).isFalse();
      assertThat(outcome.verdict().reasons())
          .singleElement()
          .asString()
          .startsWith("the golden queries fall: nDCG@10 ");
    }
  }

  /** The index has each golden answer's text under another id. */
  @Test
  void goldenQueriesAreJudgedByTheTextsOfTheirSet() {
    List<CorpusDocument> spoiled = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      String text = WORLD.documents().get((i + 1) % SIZE).text();
      spoiled.add(new CorpusDocument("d" + i, "", text, Map.of()));
    }
    try (FeedbackRound.Outcome outcome =
            rounds.run(
                settings(1e-2, 2),
                new GoldenSet(WORLD),
                interactions(HONEST, 20, 9),
                Interactions.NONE,
                spoiled,
                rounds::taught,
                rounds::taught);
        TunedModel served = rounds.taught()) {
      assertThat(outcome.verdict().metrics().get("golden nDCG@10 before"))
          .isCloseTo(quality(served), within(1e-9));
    }
  }

  @Test
  void whatForgetsEarlierClicksIsRejected() {
    Interactions past = interactions(HONEST, 40, 5);
    try (FeedbackRound.Outcome outcome =
        rounds.run(settings(2e-2, 50), null, mistaken(), past, rounds::taught)) {
      assertThat(outcome.verdict().reasons())
          .singleElement()
          .asString()
          .startsWith("it forgets earlier clicks: discounted gain ");
      assertThat(outcome.denseWeight()).isEqualTo(ReciprocalRankFusion.EQUAL);
    }
  }

  /** All users take the document after the answer for it: only who knows better can tell. */
  private static Interactions mistaken() {
    List<Judgement> believed = new ArrayList<>();
    for (int query = 0; query < SIZE; query++) {
      believed.add(new Judgement("q" + query, "d" + (query + 1) % SIZE, 1));
    }
    Qrels belief = new Qrels(believed);
    Random random = new Random(4);
    return new Interactions(
        interactions(HONEST, 40, 4).all().stream()
            .map(
                honest -> {
                  Page page = honest.impression().page();
                  return new Interaction(
                      honest.query(),
                      new Impression(page, null, HONEST.click(page, belief, random)),
                      1,
                      honest.time());
                })
            .toList());
  }

  @Test
  void whatIsNotTaughtJudgesToo() {
    Interactions clicks = inManyWays(HONEST, 48, 8);
    Set<String> untaught = UntaughtQueries.among(clicks, Set.of());
    try (FeedbackRound.Outcome outcome =
        rounds.run(settings(2e-2, 100), null, clicks, Interactions.NONE)) {
      assertThat(outcome.verdict().isAccepted()).isTrue();
      assertThat(outcome.verdict().metrics().get("untaught queries"))
          .isBetween((double) UntaughtQueries.LEAST, (double) untaught.size());
      assertThat(outcome.verdict().metrics().get("untaught difference low")).isPositive();
    }
  }

  /** Each of so many ways of asking a query is asked a few times. */
  private static Interactions inManyWays(ClickModel users, int ways, int times) {
    Map<String, Integer> asked = new HashMap<>();
    return new Interactions(
        interactions(users, ways * times, 8).all().stream()
            .map(
                each -> {
                  CorpusQuery query = each.query();
                  int way = (asked.merge(query.id(), 1, Integer::sum) - 1) / times;
                  CorpusQuery ofWay = new CorpusQuery(query.id() + "-" + way, query.text(), null);
                  Page page =
                      new Page(
                          ofWay.id(),
                          each.impression().page().slots(),
                          each.impression().page().policy());
                  return new Interaction(
                      ofWay,
                      new Impression(
                          page, each.impression().clientId(), each.impression().clicks()),
                      each.hybridOf(),
                      each.time());
                })
            .toList());
  }

  @Test
  void aModelThatBreaksIsRejectedAndNotKept() {
    Interactions fresh = interactions(HONEST, 40, 6);
    try (FeedbackRound.Outcome outcome =
        rounds.run(settings(1e6), null, fresh, Interactions.NONE)) {
      assertThat(outcome.verdict().isAccepted()).isFalse();
    }
  }

  @Test
  void tooFewClicksToJudgeByAreNoReasonToServe() {
    Interactions fresh = interactions(HONEST, 40, 7);
    FeedbackSettings strict =
        new FeedbackSettings(
            Estimator.POSTERIOR,
            new RetrievalSettings(16, 0.1, 0, false),
            new TuningPlan(2, 1, 1e-3, 0.1, 0.01, 0, 0),
            0.25,
            SIZE + 1,
            SIZE,
            new FeedbackSettings.Fusion(1, ReciprocalRankFusion.EQUAL),
            1);
    try (FeedbackRound.Outcome outcome = rounds.run(strict, null, fresh, Interactions.NONE)) {
      assertThat(outcome.verdict().reasons())
          .containsExactly(
              "32 of the held-out queries have a click that counts, it takes 33 to judge (gate.least)");
      assertThat(outcome.verdict().suspicious()).isFalse();
    }
  }
}
