package dev.freshet.training.feedback;

import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Queries whose answers are known for sure, which no round may make worse. Immutable and
 * thread-safe.
 *
 * @param collection with its documents: judged as the set has them, whatever the index has
 */
public record GoldenSet(CorpusCollection collection) {
  /**
   * @throws IllegalArgumentException when no query has a relevant document
   */
  public GoldenSet {
    if (new Qrels(collection.judgements()).highestGrade() == 0) {
      throw new IllegalArgumentException("no golden query has a relevant document");
    }
  }

  /** The queries that are judged; one without a relevant document counts as 0, whoever searches. */
  List<CorpusQuery> queries() {
    Set<String> judged = new HashSet<>(qrels().queries());
    return collection.queries().stream().filter(query -> judged.contains(query.id())).toList();
  }

  Qrels qrels() {
    return new Qrels(collection.judgements());
  }

  /** The documents that are judged. */
  List<CorpusDocument> documents() {
    Set<String> judged = new HashSet<>();
    collection.judgements().stream().map(Judgement::documentId).forEach(judged::add);
    return collection.documents().stream().filter(each -> judged.contains(each.id())).toList();
  }
}
