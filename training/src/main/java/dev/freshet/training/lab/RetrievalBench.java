package dev.freshet.training.lab;

import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.retrieval.DenseRetriever;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RetrievalObjective;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.TunedBiEncoder;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.sampling.Sequences;
import java.util.ArrayList;
import java.util.List;

/** Exact dense search with a tuned bi-encoder. */
public final class RetrievalBench implements TaskBench {
  /** Queries, and as many documents. */
  private static final int WATCHED = 64;

  private final LabCollection collection;
  private final RetrievalSettings settings;
  private final Qrels heldOut;
  private final Qrels test;

  public RetrievalBench(LabCollection collection, RetrievalSettings settings) {
    this.collection = collection;
    this.settings = settings;
    heldOut = new Qrels(collection.heldOut().judgements());
    test = new Qrels(collection.test().judgements());
  }

  @Override
  public Task task() {
    return Task.RETRIEVAL;
  }

  /** The backbone as it is. */
  @Override
  public Setting.Baseline baseline(Backbone backbone) {
    try (TunedModel frozen = TunedModel.frozen(backbone)) {
      return new Setting.Baseline(Setting.Baseline.UNTUNED, task(), test(frozen));
    }
  }

  @Override
  public Tuning adapt(Tuning tuning) {
    return tuning;
  }

  @Override
  public RoundObjective objective(TunedModel model, long seed) {
    return new RetrievalObjective(
        model, collection.examples(), collection.relevance(), settings, seed);
  }

  @Override
  public List<int[]> watched(Sequences sequences) {
    List<int[]> texts = new ArrayList<>();
    LabCollection.sample(collection.heldOut().queries(), WATCHED)
        .forEach(query -> texts.add(sequences.query(query.text())));
    LabCollection.sample(collection.heldOut().documents(), WATCHED)
        .forEach(document -> texts.add(sequences.firstPassage(document)));
    return texts;
  }

  @Override
  public double validate(TunedModel model) {
    return Measures.primary(retrieve(model, collection.heldOut()), heldOut);
  }

  @Override
  public Scores test(TunedModel model) {
    return Measures.scores(retrieve(model, collection.test()), test);
  }

  private static Run retrieve(TunedModel model, CorpusCollection searched) {
    return DenseRetriever.index(searched.documents(), new TunedBiEncoder(model), document -> {})
        .retrieve(searched.queries(), Measures.DEPTH);
  }
}
