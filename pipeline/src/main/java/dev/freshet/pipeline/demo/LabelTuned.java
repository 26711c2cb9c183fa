package dev.freshet.pipeline.demo;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.encoder.BuiltInBackbone;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.RoundConfig;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.evaluation.RunScores;
import dev.freshet.training.lab.Contender;
import dev.freshet.training.lab.LabCollection;
import dev.freshet.training.retrieval.DenseRetriever;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RetrievalObjective;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.TunedBiEncoder;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.round.TuningPlan;
import dev.freshet.training.round.TuningRound;
import java.nio.file.Path;

/** What could be reached if somebody knew all answers: the same modules, tuned on the truth. */
final class LabelTuned {
  private static final double WARM_UP = 0.1;
  private static final double WEIGHT_DECAY = 0.01;
  private static final int DEPTH = 10;

  private LabelTuned() {}

  /**
   * Tunes on the answers to the queries that people ask, for as many steps as all rounds together,
   * and measures the dense list on the held-out queries.
   *
   * @param rounds of the demo
   */
  static Quality measure(
      FreshetConfig config, CorpusCollection all, DemoCollection collection, int rounds) {
    RoundConfig round = config.round();
    LabCollection lab = LabCollection.of(all, 1, 1);
    RetrievalSettings settings =
        new RetrievalSettings(round.batch(), RetrievalSettings.defaults().temperature(), 0, false);
    TuningPlan plan =
        new TuningPlan(rounds * round.steps(), 1, round.rate(), WARM_UP, WEIGHT_DECAY, 0, 0);
    Path folder = config.encoder().model();
    try (Backbone backbone =
            Backbone.open(folder == null ? BuiltInBackbone.folder() : folder, config.encoder());
        TunedModel model =
            TunedModel.initial(backbone, tuning(round, backbone), ModuleSides.SHARED, 1);
        RoundObjective objective =
            new RetrievalObjective(model, lab.examples(), lab.relevance(), settings, 1)) {
      new TuningRound(model, objective, plan, RoundListener.NONE, null, null).run();
      RunScores scores =
          Quality.scores(
              DenseRetriever.index(all.documents(), new TunedBiEncoder(model), document -> {})
                  .retrieve(collection.heldOut(), DEPTH),
              collection);
      return new Quality(
          Quality.mean(scores), Quality.everyday(scores, collection), Double.NaN, Double.NaN);
    }
  }

  private static Tuning tuning(RoundConfig round, Backbone backbone) {
    Contender contender = Contender.parse(round.method());
    return contender.tuning(
        contender.hasFixedSize() ? null : Double.valueOf(round.budget()),
        backbone.config(),
        Contender.deviation(backbone.config()));
  }
}
