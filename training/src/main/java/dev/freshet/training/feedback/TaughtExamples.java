package dev.freshet.training.feedback;

import dev.freshet.training.click.DebiasedClicks;
import dev.freshet.training.click.TrainingPair;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.sampling.Relevance;
import dev.freshet.training.sampling.TrainingExample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Examples as clicks teach them. Nothing in them comes from the judgements.
 *
 * @param examples a query, what answers it as far as the clicks tell, and what was looked at and
 *     left
 */
public record TaughtExamples(List<TrainingExample> examples) {
  /** An answer stands before others of its query that are worth less than this share of it. */
  private static final double LESS = 0.75;

  /**
   * How true the examples are, which only a simulation can tell.
   *
   * @param examples how many there are
   * @param precision share of their weight that lies on answers; NaN without examples
   * @param coverage share of the queries that have an answer among their examples
   */
  public record Quality(int examples, double precision, double coverage) {}

  public TaughtExamples {
    examples = List.copyOf(examples);
  }

  /**
   * What answers in part is taught as an answer, and to stand behind what answers, where the clicks
   * tell which is which. Negatives of a query count alike: of each example a few are drawn,
   * whatever they weigh.
   *
   * @param queries that the clicks are about
   * @param documents that they are on
   * @throws IllegalArgumentException when the clicks are about others
   */
  public static TaughtExamples of(
      DebiasedClicks clicks, List<CorpusQuery> queries, List<CorpusDocument> documents) {
    Map<String, CorpusQuery> queryOf = new HashMap<>();
    queries.forEach(query -> queryOf.put(query.id(), query));
    Map<String, CorpusDocument> documentOf = new HashMap<>();
    documents.forEach(document -> documentOf.put(document.id(), document));
    Map<String, List<CorpusDocument>> left = new HashMap<>();
    for (TrainingPair negative : clicks.negatives()) {
      left.computeIfAbsent(negative.queryId(), query -> new ArrayList<>())
          .add(known(documentOf, negative.documentId()));
    }
    Map<String, List<TrainingPair>> answers =
        clicks.positives().stream().collect(Collectors.groupingBy(TrainingPair::queryId));
    List<TrainingExample> examples = new ArrayList<>();
    for (TrainingPair positive : clicks.positives()) {
      List<CorpusDocument> negatives =
          new ArrayList<>(left.getOrDefault(positive.queryId(), List.of()));
      answers.getOrDefault(positive.queryId(), List.of()).stream()
          .filter(answer -> answer.gain() < LESS * positive.gain())
          .map(answer -> known(documentOf, answer.documentId()))
          .forEach(negatives::add);
      examples.add(
          new TrainingExample(
              known(queryOf, positive.queryId()),
              known(documentOf, positive.documentId()),
              negatives,
              positive.weight()));
    }
    return new TaughtExamples(examples);
  }

  private static <T> T known(Map<String, T> all, String id) {
    T found = all.get(id);
    if (found == null) {
      throw new IllegalArgumentException("the log is of another collection: it has no " + id);
    }
    return found;
  }

  /** What the examples say, for training: the only answers that it knows of. */
  public Relevance relevance() {
    return Relevance.ofExamples(examples);
  }

  /**
   * Holds the examples against the truth.
   *
   * @param queries that were asked
   */
  public Quality quality(Qrels truth, int queries) {
    double right = 0;
    double all = 0;
    Set<String> answered = new HashSet<>();
    for (TrainingExample example : examples) {
      boolean answers = truth.grade(example.query().id(), example.positive().id()) > 0;
      right += answers ? example.weight() : 0;
      all += example.weight();
      if (answers) {
        answered.add(example.query().id());
      }
    }
    return new Quality(examples.size(), right / all, (double) answered.size() / queries);
  }
}
