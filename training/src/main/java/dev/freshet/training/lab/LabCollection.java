package dev.freshet.training.lab;

import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusPart;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.sampling.Epochs;
import dev.freshet.training.sampling.HardNegatives;
import dev.freshet.training.sampling.Relevance;
import dev.freshet.training.sampling.TrainingExample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A judged collection, divided: what is trained on, what is looked at between steps, what is
 * measured at the end. No document is the first answer to queries of two parts.
 *
 * @param documents all of them
 * @param examples of the training part, less the tenth that is held out: one for each answer, which
 *     counts by its grade
 * @param relevance what the whole training part knows
 * @param heldOut some or all queries of that tenth, searched in a pool of documents: their answers
 *     and some others
 * @param test the test part, searched in all documents
 */
public record LabCollection(
    List<CorpusDocument> documents,
    List<TrainingExample> examples,
    Relevance relevance,
    CorpusCollection heldOut,
    CorpusCollection test) {
  /** Of the documents that training queries are about, one in so many is held out. */
  private static final int HELD_OUT = 10;

  /** Hard negatives that an example has to draw from, at least. */
  private static final int FEWEST_NEGATIVES = 30;

  /** The division and the pool are the same for every seed of a comparison. */
  private static final long SEED = 20220815;

  public LabCollection {
    documents = List.copyOf(documents);
    examples = List.copyOf(examples);
  }

  /**
   * Divides a collection.
   *
   * @param mostHeldOut most queries that are looked at, at least 1; the others of the tenth that is
   *     held out are not trained on either
   * @param pool documents that they are searched in, at least; more where their answers are more
   * @throws IllegalArgumentException when a part has no query with a relevant document, or none can
   *     be held out
   */
  public static LabCollection of(CorpusCollection collection, int mostHeldOut, int pool) {
    if (mostHeldOut < 1) {
      throw new IllegalArgumentException(
          "at least 1 query must be held out, was at most " + mostHeldOut);
    }
    CorpusCollection train = collection.part(CorpusPart.TRAIN);
    CorpusCollection test = collection.part(CorpusPart.TEST);
    requireQueries("training", train);
    requireQueries("test", test);
    Map<String, List<Answer>> answers = answers(train);
    Set<String> apart = heldOut(answers);
    List<CorpusQuery> queries =
        sample(train.queries().stream().filter(q -> apart.contains(q.id())).toList(), mostHeldOut);
    if (queries.isEmpty()) {
      throw new IllegalArgumentException(
          "the training part's %d queries are too few to hold any out"
              .formatted(train.queries().size()));
    }
    return new LabCollection(
        collection.documents(),
        examples(train, answers, apart),
        Relevance.ofJudgements(train.judgements()),
        pooled(train, queries, pool),
        test);
  }

  private static void requireQueries(String part, CorpusCollection collection) {
    if (collection.queries().isEmpty()) {
      throw new IllegalArgumentException(
          "the %s part has no query with a relevant document".formatted(part));
    }
  }

  /**
   * A document that answers a query.
   *
   * @param share of the highest grade that the query has
   */
  private record Answer(String documentId, double share) {}

  /** The answers of each query, the best first, those of a grade in the order of the judgements. */
  private static Map<String, List<Answer>> answers(CorpusCollection train) {
    Map<String, Integer> best = new HashMap<>();
    for (Judgement judgement : train.judgements()) {
      best.merge(judgement.queryId(), judgement.grade(), Math::max);
    }
    Map<String, List<Answer>> answers = new LinkedHashMap<>();
    for (Judgement judgement : train.judgements()) {
      if (judgement.grade() > 0) {
        double share = (double) judgement.grade() / best.getOrDefault(judgement.queryId(), 0);
        answers
            .computeIfAbsent(judgement.queryId(), query -> new ArrayList<>())
            .add(new Answer(judgement.documentId(), share));
      }
    }
    answers.values().forEach(each -> each.sort(Comparator.comparingDouble(a -> -a.share)));
    return answers;
  }

  /** Queries whose first answer is held out, by a number of the document alone. */
  private static Set<String> heldOut(Map<String, List<Answer>> answers) {
    Set<String> apart = new HashSet<>();
    answers.forEach(
        (query, all) -> {
          String first = all.get(0).documentId;
          if (Math.floorMod(first.hashCode() * 0x9E3779B1, HELD_OUT) == 0) {
            apart.add(query);
          }
        });
    return apart;
  }

  /** Each answer of a query that is not apart; a lower grade counts less. */
  private static List<TrainingExample> examples(
      CorpusCollection train, Map<String, List<Answer>> answers, Set<String> apart) {
    Map<String, CorpusDocument> documents = new HashMap<>();
    train.documents().forEach(document -> documents.put(document.id(), document));
    List<TrainingExample> examples = new ArrayList<>();
    for (CorpusQuery query : train.queries()) {
      if (apart.contains(query.id())) {
        continue;
      }
      for (Answer answer : answers.getOrDefault(query.id(), List.of())) {
        CorpusDocument document = documents.get(answer.documentId);
        if (document != null) {
          examples.add(new TrainingExample(query, document, List.of(), answer.share));
        }
      }
    }
    return examples;
  }

  private static CorpusCollection pooled(
      CorpusCollection train, List<CorpusQuery> queries, int pool) {
    Set<String> asked = new HashSet<>();
    queries.forEach(query -> asked.add(query.id()));
    List<Judgement> judgements =
        train.judgements().stream().filter(j -> asked.contains(j.queryId())).toList();
    Set<String> wanted = new HashSet<>();
    judgements.forEach(judgement -> wanted.add(judgement.documentId()));
    for (CorpusDocument other : sample(train.documents(), pool)) {
      if (wanted.size() < pool) {
        wanted.add(other.id());
      }
    }
    List<CorpusDocument> documents =
        train.documents().stream().filter(document -> wanted.contains(document.id())).toList();
    return new CorpusCollection(documents, queries, judgements);
  }

  /** At most that many, drawn at random, the same ones every time. */
  static <T> List<T> sample(List<T> all, int most) {
    if (all.size() <= most) {
      return all;
    }
    int[] order = Epochs.shuffled(all.size(), SEED, 0);
    List<T> drawn = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      drawn.add(all.get(order[i]));
    }
    return drawn;
  }

  /**
   * The same, with hard negatives for the examples.
   *
   * @param found for {@link #trainQueries}, by BM25 or by an index
   * @param drawn of an example's at a time: it has as many to draw from, where they are found
   */
  public LabCollection withHardNegatives(Run found, int drawn) {
    List<TrainingExample> mined =
        HardNegatives.of(Math.max(FEWEST_NEGATIVES, drawn))
            .mine(examples, found, relevance, documents);
    return new LabCollection(documents, mined, relevance, heldOut, test);
  }

  /** Queries that are trained on. */
  public List<CorpusQuery> trainQueries() {
    return examples.stream().map(TrainingExample::query).distinct().toList();
  }
}
