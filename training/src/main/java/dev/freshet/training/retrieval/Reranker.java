package dev.freshet.training.retrieval;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The second stage of a search: orders the best documents that a first stage found anew. What was
 * found below them follows in the order in which it was found, so that recall stays what it was.
 */
public final class Reranker {
  private final PairScorer scorer;
  private final Map<String, CorpusDocument> documents;

  /**
   * @param documents of the collection
   */
  public Reranker(PairScorer scorer, List<CorpusDocument> documents) {
    this.scorer = scorer;
    this.documents =
        documents.stream().collect(Collectors.toMap(CorpusDocument::id, document -> document));
  }

  /**
   * @param first what the first stage found
   * @param depth documents of each query that are scored anew, at least 1
   * @return a ranking for each query that was found anything for
   * @throws IllegalArgumentException when the run has a document that is not in the collection
   */
  public Run rerank(List<CorpusQuery> queries, Run first, int depth) {
    Map<String, Ranking> rankings = new LinkedHashMap<>();
    for (CorpusQuery query : queries) {
      Ranking found = first.ranking(query.id());
      if (found.size() > 0) {
        rankings.put(query.id(), rerank(query, found, depth));
      }
    }
    return new Run(rankings);
  }

  private Ranking rerank(CorpusQuery query, Ranking found, int depth) {
    List<CorpusDocument> best = found.top(depth).ids().stream().map(this::document).toList();
    float[] scores = scorer.score(query, best);
    List<ScoredDocument> ordered = new ArrayList<>();
    float lowest = Float.POSITIVE_INFINITY;
    for (int i = 0; i < scores.length; i++) {
      ordered.add(new ScoredDocument(best.get(i).id(), scores[i]));
      lowest = Math.min(lowest, scores[i]);
    }
    // Scores of the first stage mean nothing beside those of the second: only their order is kept.
    for (int i = best.size(); i < found.size(); i++) {
      lowest = Math.nextDown(lowest);
      ordered.add(new ScoredDocument(found.get(i).id(), lowest));
    }
    return Ranking.of(ordered);
  }

  private CorpusDocument document(String id) {
    CorpusDocument document = documents.get(id);
    if (document == null) {
      throw new IllegalArgumentException("the collection has no document " + id);
    }
    return document;
  }
}
