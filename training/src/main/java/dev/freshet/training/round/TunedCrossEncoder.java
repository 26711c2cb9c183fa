package dev.freshet.training.round;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.optimise.Parts;
import dev.freshet.training.retrieval.PairScorer;
import dev.freshet.training.sampling.Sequences;
import dev.freshet.training.sampling.TextPair;
import java.util.List;

/**
 * Scores pairs with a model as it is at the moment, on the calling thread: for re-ranking. A
 * document is scored by its first passage.
 */
public final class TunedCrossEncoder implements PairScorer {
  private final TunedModel model;

  /**
   * @param model whose tuning trains the head, or whose backbone has one
   */
  public TunedCrossEncoder(TunedModel model) {
    this.model = model;
  }

  @Override
  public float[] score(CorpusQuery query, List<CorpusDocument> documents) {
    Sequences sequences = model.backbone().sequences();
    int[] text = sequences.query(query.text());
    List<TextPair> pairs =
        documents.stream()
            .map(
                document ->
                    TextPair.of(text, sequences.firstPassage(document), model.backbone().window()))
            .toList();
    List<int[]> tokens = pairs.stream().map(TextPair::tokens).toList();
    List<int[]> types = pairs.stream().map(TextPair::types).toList();
    float[] scores = new float[pairs.size()];
    for (int[] part : new Parts(tokens).indices()) {
      float[] partScores =
          model.model(Side.QUERY).score(Parts.at(part, tokens), Parts.at(part, types));
      for (int i = 0; i < part.length; i++) {
        scores[part[i]] = finite(partScores[i], documents.get(part[i]));
      }
    }
    return scores;
  }

  private static float finite(float score, CorpusDocument document) {
    if (!Float.isFinite(score)) {
      throw new EncodingException("the score of %s is %s".formatted(document.id(), score));
    }
    return score;
  }
}
