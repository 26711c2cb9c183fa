package dev.freshet.pipeline.demo;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.tune.RoundPlan;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.evaluation.RunScores;
import dev.freshet.training.lab.LabCollection;
import dev.freshet.training.retrieval.DenseRetriever;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RetrievalObjective;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.TunedBiEncoder;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.round.TuningPlan;
import dev.freshet.training.round.TuningRound;

/** What could be reached if somebody knew all answers: the same modules, tuned on the truth. */
final class LabelTuned {
  private static final int DEPTH = 10;

  private LabelTuned() {}

  /**
   * Tunes on the answers to the queries that people ask, for as many steps as that many rounds take
   * together, and measures the dense list on the held-out queries.
   *
   * @param rounds of the demo
   */
  static Quality measure(
      FreshetConfig config, CorpusCollection all, DemoCollection collection, int rounds) {
    RoundPlan plan = new RoundPlan(config.round());
    LabCollection lab = LabCollection.of(all, 1, 1);
    try (Backbone backbone = Backbone.open(RoundPlan.backbone(config.encoder()), config.encoder());
        TunedModel model =
            TunedModel.initial(backbone, plan.tuning(backbone.config()), ModuleSides.SHARED, 1);
        RoundObjective objective =
            new RetrievalObjective(model, lab.examples(), lab.relevance(), plan.retrieval(), 1)) {
      TuningPlan steps = plan.stepsOf(rounds, 1 - config.gate().heldOut());
      new TuningRound(model, objective, steps, RoundListener.NONE, null, null).run();
      RunScores scores =
          Quality.scores(
              DenseRetriever.index(all.documents(), new TunedBiEncoder(model), document -> {})
                  .retrieve(collection.heldOut(), DEPTH),
              collection);
      return new Quality(
          Quality.mean(scores), Quality.everyday(scores, collection), Double.NaN, Double.NaN);
    }
  }
}
