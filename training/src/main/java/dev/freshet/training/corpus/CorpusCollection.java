package dev.freshet.training.corpus;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Documents, queries, and which answer which. Immutable and thread-safe.
 *
 * @param judgements of a query, the first of the highest grade decides its part
 */
public record CorpusCollection(
    List<CorpusDocument> documents, List<CorpusQuery> queries, List<Judgement> judgements) {

  public CorpusCollection {
    documents = List.copyOf(documents);
    queries = List.copyOf(queries);
    judgements = List.copyOf(judgements);
  }

  /**
   * All documents, with the queries of one part and their judgements. Queries without a relevant
   * document are in neither part.
   *
   * @see CorpusPart#of
   */
  public CorpusCollection part(CorpusPart part) {
    Map<String, Judgement> firstAnswers = new HashMap<>();
    for (Judgement judgement : judgements) {
      if (judgement.grade() > 0) {
        firstAnswers.merge(judgement.queryId(), judgement, (a, b) -> b.grade() > a.grade() ? b : a);
      }
    }
    Set<String> inPart = new HashSet<>();
    firstAnswers.forEach(
        (query, answer) -> {
          if (CorpusPart.of(answer.documentId()) == part) {
            inPart.add(query);
          }
        });
    return new CorpusCollection(
        documents,
        queries.stream().filter(query -> inPart.contains(query.id())).toList(),
        judgements.stream().filter(judgement -> inPart.contains(judgement.queryId())).toList());
  }
}
