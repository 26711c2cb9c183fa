package dev.freshet.training.sampling;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import java.util.List;

/**
 * What a judgement or clicks teach: this document answers the query better than those do.
 *
 * @param positive answers the query
 * @param negatives hard ones, the hardest first; may be none, for the batch has others
 * @param weight how much it counts beside the other examples, above 0
 */
public record TrainingExample(
    CorpusQuery query, CorpusDocument positive, List<CorpusDocument> negatives, double weight) {
  public TrainingExample {
    negatives = List.copyOf(negatives);
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          "an example's weight must be above 0 and finite, that of query %s was %s"
              .formatted(query.id(), weight));
    }
  }

  public TrainingExample withNegatives(List<CorpusDocument> others) {
    return new TrainingExample(query, positive, others, weight);
  }
}
