package dev.freshet.training.sampling;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Takes the negatives of examples from what a retriever, be it BM25 or the index that is served,
 * found for their queries: documents that look like answers and are none.
 *
 * <p>Some of what ranks high does answer, and nobody said so. Such false negatives are filtered as
 * by Moreira et al. 2024 (NV-Retriever, arXiv 2407.15831, TopK-PercPos): a document whose score
 * comes too near that of the positive is left out. Where the positive was not found, nothing is
 * known about scores, and ranks alone decide.
 *
 * @param perExample most negatives of an example; 0 for none
 * @param largestShare of the positive's score that a negative may have; scores must be above 0 for
 *     it to mean anything, as those of BM25 and of most cosines are
 */
public record HardNegatives(int perExample, double largestShare) {
  public HardNegatives {
    if (perExample < 0 || !(largestShare > 0)) {
      throw new IllegalArgumentException(
          "hard negatives need a number of 0 or more and a share above 0, were %d and %s"
              .formatted(perExample, largestShare));
    }
  }

  /** That many, with the filter at 95 % of the positive's score. */
  public static HardNegatives of(int perExample) {
    return new HardNegatives(perExample, 0.95);
  }

  /**
   * The examples with negatives in place of those they had, the best-ranked first. An example for
   * whose query nothing was found has none.
   *
   * @param found deep enough for {@code perExample} documents beside the answers
   * @param relevance known answers, which are never taken
   */
  public List<TrainingExample> mine(
      List<TrainingExample> examples,
      Run found,
      Relevance relevance,
      List<CorpusDocument> documents) {
    if (perExample == 0) {
      return examples.stream().map(example -> example.withNegatives(List.of())).toList();
    }
    Map<String, CorpusDocument> byId =
        documents.stream()
            .collect(Collectors.toMap(CorpusDocument::id, document -> document, (a, b) -> a));
    return examples.stream()
        .map(example -> example.withNegatives(negatives(example, found, relevance, byId)))
        .toList();
  }

  private List<CorpusDocument> negatives(
      TrainingExample example,
      Run found,
      Relevance relevance,
      Map<String, CorpusDocument> documents) {
    String query = example.query().id();
    Ranking ranked = found.ranking(query);
    double limit = limit(ranked, example.positive().id());
    List<CorpusDocument> negatives = new ArrayList<>();
    for (int i = 0; i < ranked.size() && negatives.size() < perExample; i++) {
      ScoredDocument candidate = ranked.get(i);
      boolean answers =
          candidate.id().equals(example.positive().id())
              || relevance.isRelevant(query, candidate.id());
      if (answers || candidate.score() > limit) {
        continue;
      }
      CorpusDocument document = documents.get(candidate.id());
      if (document != null) {
        negatives.add(document);
      }
    }
    return negatives;
  }

  private double limit(Ranking ranked, String positive) {
    int place = ranked.ids().indexOf(positive);
    return place < 0 ? Double.POSITIVE_INFINITY : largestShare * ranked.get(place).score();
  }
}
