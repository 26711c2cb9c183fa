package dev.freshet.training.sampling;

import dev.freshet.training.corpus.Judgement;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which documents are known to answer which query, and so do not serve as its negatives by chance.
 * Immutable and thread-safe.
 */
public final class Relevance {
  private final Map<String, Set<String>> documents = new HashMap<>();

  private Relevance() {}

  /** What judgements with a grade above 0 say. */
  public static Relevance ofJudgements(List<Judgement> judgements) {
    Relevance relevance = new Relevance();
    for (Judgement judgement : judgements) {
      if (judgement.grade() > 0) {
        relevance.add(judgement.queryId(), judgement.documentId());
      }
    }
    return relevance;
  }

  /** What the examples themselves say. */
  public static Relevance ofExamples(Collection<TrainingExample> examples) {
    Relevance relevance = new Relevance();
    examples.forEach(example -> relevance.add(example.query().id(), example.positive().id()));
    return relevance;
  }

  private void add(String query, String document) {
    documents.computeIfAbsent(query, id -> new HashSet<>()).add(document);
  }

  public boolean isRelevant(String query, String document) {
    return documents.getOrDefault(query, Set.of()).contains(document);
  }
}
