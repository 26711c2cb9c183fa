package dev.freshet.training.lab.clicks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.tuning.IaaL;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.lab.FirstStage;
import dev.freshet.training.lab.LabCollection;
import dev.freshet.training.lab.RetrievalBench;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.TinyWorld;
import dev.freshet.training.round.TuningPlan;
import dev.freshet.training.sampling.Relevance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests on the queries that were trained on: what is asked is whether the lesson arrives. */
class ClickTrialRunnerTest {
  private static final int SIZE = 32;
  private static final CorpusCollection WORLD = TinyWorld.collection(SIZE);
  private static final Qrels TRUTH = new Qrels(WORLD.judgements());
  private static final RetrievalSettings RETRIEVAL = new RetrievalSettings(16, 0.1, 0, false);
  private static final TuningPlan PLAN = new TuningPlan(25, 1, 2e-2, 0.1, 0.01, 0, 0);
  private static final LabCollection COLLECTION =
      new LabCollection(
          WORLD.documents(),
          TinyWorld.examples(WORLD),
          Relevance.ofJudgements(WORLD.judgements()),
          WORLD,
          WORLD);

  @TempDir private static Path folder;
  private static Backbone backbone;

  @BeforeAll
  static void open() {
    backbone = TinyWorld.backbone(folder);
  }

  @AfterAll
  static void close() {
    backbone.close();
  }

  /** For each query four documents, its answer the second of them. */
  private static Run pages() {
    Map<String, Ranking> rankings = new LinkedHashMap<>();
    for (int query = 0; query < SIZE; query++) {
      List<ScoredDocument> documents = new ArrayList<>();
      for (int place = 0; place < 4; place++) {
        int document = Math.floorMod(query + place - 1, SIZE);
        documents.add(new ScoredDocument("d" + document, 4 - place));
      }
      rankings.put("q" + query, Ranking.of(documents));
    }
    return new Run(rankings);
  }

  private static ClickTrialResult run(
      @Nullable PageSource pages, Estimator estimator, double noise, int sessions, int rounds) {
    ClickTrialRunner runner =
        runner(
            pages(),
            RETRIEVAL,
            PLAN,
            new ClickSettings(4, sessions, 20, noise, 0.9, 1, 0.2, rounds));
    ClickTrial.Lesson lesson =
        pages == null ? null : new ClickTrial.Lesson(pages, Users.POSITION_BASED, estimator);
    return runner.run(new ClickTrial(lesson, 1));
  }

  private static ClickTrialRunner runner(
      Run found, RetrievalSettings retrieval, TuningPlan plan, ClickSettings settings) {
    return new ClickTrialRunner(
        backbone,
        Tuning.of(new IaaL(4, 8)).withDeviation(0.25),
        COLLECTION,
        TRUTH,
        new FirstStage(found, found, found),
        retrieval,
        plan,
        settings);
  }

  private static ClickTrialResult.Round last(ClickTrialResult result) {
    return result.rounds().get(result.rounds().size() - 1);
  }

  private static double untuned() {
    return new RetrievalBench(COLLECTION, RETRIEVAL).baseline(backbone).test().primary();
  }

  @Test
  void clicksTeachAboutWhatJudgementsDo() {
    ClickTrialResult labels = run(null, Estimator.POSTERIOR, 0, 1, 1);
    ClickTrialResult clicks = run(PageSource.BM25, Estimator.POSTERIOR, 0.02, 30, 1);
    ClickTrialResult.Round round = last(clicks);
    assertThat(round.answered()).isEqualTo(1);
    assertThat(round.impressions()).isEqualTo(30 * SIZE);
    assertThat(round.taught().precision()).isGreaterThan(0.95);
    assertThat(round.taught().coverage()).isGreaterThan(0.9);
    double way = (round.test().primary() - untuned()) / (last(labels).test().primary() - untuned());
    assertThat(last(labels).test().primary()).isGreaterThan(untuned() + 0.1);
    assertThat(way).isGreaterThan(0.6);
  }

  @Test
  void aTrainingThatDivergesIsAnOutcome() {
    TuningPlan wild = new TuningPlan(25, 1, 1e30, 0, 0.01, 0, 0);
    ClickTrialResult result =
        runner(pages(), RETRIEVAL, wild, ClickSettings.defaults()).run(new ClickTrial(null, 1));
    assertThat(result.outcome().isFinished()).isFalse();
    assertThat(result.outcome().reason()).startsWith("round 1: ").contains("step 2 of 25");
    assertThat(result.rounds()).isEmpty();
  }

  /** What clicks teach has hard negatives; without them judgements would learn something else. */
  @Test
  void judgementsTeachWithHardNegativesToo() {
    RetrievalSettings hard = new RetrievalSettings(16, 0.1, 2, false);
    TuningPlan few = new TuningPlan(3, 1, 2e-2, 0, 0.01, 0, 0);
    ClickTrial judgements = new ClickTrial(null, 1);
    ClickTrialResult mined = runner(pages(), hard, few, ClickSettings.defaults()).run(judgements);
    ClickTrialResult nothingFound =
        runner(new Run(Map.of()), hard, few, ClickSettings.defaults()).run(judgements);
    assertThat(mined.rounds().get(0).test()).isNotEqualTo(nothingFound.rounds().get(0).test());
  }

  @Test
  void theSameTrialGivesTheSameResult() {
    ClickTrialResult first = run(PageSource.DENSE, Estimator.UNWEIGHTED, 0.1, 2, 2);
    ClickTrialResult second = run(PageSource.DENSE, Estimator.UNWEIGHTED, 0.1, 2, 2);
    assertThat(last(second).test()).isEqualTo(last(first).test());
    assertThat(last(second).taught()).isEqualTo(last(first).taught());
    assertThat(first.rounds()).hasSize(2);
    assertThat(last(first).impressions()).isEqualTo(2 * first.rounds().get(0).impressions());
  }

  @Test
  void clicksFromWhichNothingFollowsLeaveTheModelAsItIs() {
    // One search of each query: the posterior cannot tell noise from answers.
    ClickTrialResult.Round round = last(run(PageSource.BM25, Estimator.POSTERIOR, 0.1, 1, 1));
    assertThat(round.taught().examples()).isZero();
    assertThat(round.test().primary()).isEqualTo(untuned());
    assertThat(round.cpuSeconds()).isZero();
  }
}
