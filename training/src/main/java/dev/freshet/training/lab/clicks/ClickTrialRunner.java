package dev.freshet.training.lab.clicks;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.click.ClickLog;
import dev.freshet.training.click.ClickSimulation;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.IndifferentClients;
import dev.freshet.training.click.Likeness;
import dev.freshet.training.click.Population;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.feedback.TaughtExamples;
import dev.freshet.training.lab.FirstStage;
import dev.freshet.training.lab.LabCollection;
import dev.freshet.training.lab.Outcome;
import dev.freshet.training.lab.RetrievalBench;
import dev.freshet.training.optimise.DivergedException;
import dev.freshet.training.retrieval.DenseRetriever;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.WordLikeness;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RetrievalObjective;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.TunedBiEncoder;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.round.TuningPlan;
import dev.freshet.training.round.TuningRound;
import dev.freshet.training.sampling.Relevance;
import dev.freshet.training.sampling.TrainingExample;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Runs one trial: users search and click, the model is tuned by all clicks so far, and so on for
 * some rounds. Thread-safe: trials run on threads of their own, on one backbone.
 */
public final class ClickTrialRunner {
  /** So that no two rounds of two seeds draw the same. */
  private static final long ROUNDS = 1_000;

  /** A query's document is told from those of others. */
  private static final int FEWEST_EXAMPLES = 2;

  private final Backbone backbone;
  private final Tuning tuning;
  private final LabCollection collection;
  private final Qrels truth;
  private final FirstStage firstStage;
  private final RetrievalSettings retrieval;
  private final TuningPlan plan;
  private final ClickSettings settings;
  private final RetrievalBench bench;
  private final List<CorpusQuery> queries;
  private final Likeness likeness;

  /** What judgements teach: with hard negatives where clicks have them, too. */
  private final List<TrainingExample> labelled;

  /**
   * @param collection whose examples' queries are asked
   * @param truth what users know: all answers to those queries
   * @param firstStage BM25's pages, and the hard negatives of what judgements teach
   * @param plan of each round; between its steps nothing is looked at
   */
  public ClickTrialRunner(
      Backbone backbone,
      Tuning tuning,
      LabCollection collection,
      Qrels truth,
      FirstStage firstStage,
      RetrievalSettings retrieval,
      TuningPlan plan,
      ClickSettings settings) {
    this.backbone = backbone;
    this.tuning = tuning;
    this.collection = collection;
    this.truth = truth;
    this.firstStage = firstStage;
    this.retrieval = retrieval;
    this.plan = plan;
    this.settings = settings;
    bench = new RetrievalBench(collection, retrieval);
    queries = collection.examples().stream().map(TrainingExample::query).distinct().toList();
    likeness = new WordLikeness(collection.documents(), document -> {})::between;
    labelled =
        retrieval.negatives() > 0
            ? collection.withHardNegatives(firstStage.train(), retrieval.negatives()).examples()
            : collection.examples();
  }

  /**
   * Runs a trial on the calling thread. Training that diverges is an outcome: it would diverge each
   * time, and others of the experiment may well not.
   *
   * @throws CancellationException when the thread was interrupted
   */
  public ClickTrialResult run(ClickTrial trial) {
    ClickTrial.Lesson lesson = trial.lesson();
    List<ClickTrialResult.Round> rounds = new ArrayList<>();
    ClickLog log = new ClickLog(List.of());
    try (TunedModel model =
        TunedModel.initial(backbone, tuning, ModuleSides.SHARED, trial.seed())) {
      for (int round = 1; round <= settings.rounds(); round++) {
        long seed = ROUNDS * trial.seed() + round;
        if (lesson == null) {
          rounds.add(onLabels(model, seed));
        } else {
          Run pages = pages(lesson.pages(), model);
          log = log.and(clicks(lesson.users(), pages, trial.seed(), seed));
          rounds.add(onClicks(model, lesson.estimator(), log, pages, seed));
        }
      }
    } catch (DivergedException e) {
      String reason = "round %d: %s".formatted(rounds.size() + 1, e.getMessage());
      return new ClickTrialResult(trial, Outcome.diverged(reason), rounds);
    }
    return new ClickTrialResult(trial, Outcome.finished(), rounds);
  }

  private ClickTrialResult.Round onLabels(TunedModel model, long seed) {
    double seconds = tune(model, labelled, collection.relevance(), seed);
    TaughtExamples all = new TaughtExamples(collection.examples());
    return new ClickTrialResult.Round(
        0, 0, 0, all.quality(truth, queries.size()), seconds, bench.test(model));
  }

  private ClickTrialResult.Round onClicks(
      TunedModel model, Estimator estimator, ClickLog log, Run pages, long seed) {
    ClickLog readers = IndifferentClients.of(log).removedFrom(log);
    TaughtExamples taught =
        TaughtExamples.of(
            estimator.debiasing().pairs(readers, likeness), queries, collection.documents());
    // Clicks from which nothing follows leave the model as it is.
    double seconds =
        taught.examples().size() < FEWEST_EXAMPLES
            ? 0
            : tune(model, taught.examples(), taught.relevance(), seed);
    return new ClickTrialResult.Round(
        log.impressions().size(),
        log.clicks(),
        answered(pages),
        taught.quality(truth, queries.size()),
        seconds,
        bench.test(model));
  }

  private Run pages(PageSource source, TunedModel model) {
    return switch (source) {
      case BM25 -> firstStage.train();
      case DENSE ->
          DenseRetriever.index(collection.documents(), new TunedBiEncoder(model), encoded -> {})
              .retrieve(queries, settings.pageSize());
    };
  }

  private ClickLog clicks(Users users, Run pages, long people, long seed) {
    Population population =
        users.population(settings.attractiveness(truth.highestGrade()), settings.examination());
    return new ClickSimulation(
            population,
            settings.policy(),
            settings.pageSize(),
            settings.sessions(),
            settings.clients(),
            people,
            seed)
        .run(pages, truth);
  }

  private double answered(Run pages) {
    long answered =
        queries.stream()
            .map(CorpusQuery::id)
            .filter(
                query ->
                    pages.ranking(query).top(settings.pageSize()).ids().stream()
                        .anyMatch(document -> truth.grade(query, document) > 0))
            .count();
    return (double) answered / queries.size();
  }

  private double tune(
      TunedModel model, List<TrainingExample> examples, Relevance relevance, long seed) {
    try (RoundObjective objective =
        new RetrievalObjective(model, examples, relevance, retrieval, seed)) {
      return new TuningRound(model, objective, plan, RoundListener.NONE, null, null)
          .run()
          .cpuSeconds();
    }
  }
}
