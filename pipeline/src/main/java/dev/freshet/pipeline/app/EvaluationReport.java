package dev.freshet.pipeline.app;

import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.QueryRegister;
import dev.freshet.training.evaluation.Metric;
import dev.freshet.training.evaluation.PairedComparison;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.evaluation.RunScores;
import dev.freshet.training.retrieval.Run;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code freshet evaluate} found out: every system on the same queries, and each compared with
 * the first.
 */
final class EvaluationReport {
  /** One seed for all, so that a report can be made again. */
  private static final long SEED = 1;

  private final String title;
  private final CorpusCollection collection;
  private final Qrels qrels;
  private final List<Metric> metrics;
  private final Map<QueryRegister, Set<String>> registers = new EnumMap<>(QueryRegister.class);
  private final List<Row> rows = new ArrayList<>();

  /**
   * A system.
   *
   * @param comparison in the first metric with the first system; null for that one itself
   */
  record Row(String system, RunScores scores, @Nullable PairedComparison comparison) {}

  /**
   * @param title of the collection and its part, for people
   * @param collection the documents, and the queries with judgements that count
   * @param metrics the first is the one that systems are compared by
   */
  EvaluationReport(String title, CorpusCollection collection, List<Metric> metrics) {
    this.title = title;
    this.collection = collection;
    this.qrels = new Qrels(collection.judgements());
    this.metrics = List.copyOf(metrics);
    Set<String> counted = new HashSet<>(qrels.queries());
    for (CorpusQuery query : collection.queries()) {
      QueryRegister register = query.register();
      if (register != null && counted.contains(query.id())) {
        registers.computeIfAbsent(register, r -> new HashSet<>()).add(query.id());
      }
    }
  }

  void add(String system, Run run) {
    RunScores scores = new RunScores(run, qrels, metrics);
    rows.add(new Row(system, scores, rows.isEmpty() ? null : withFirst(scores)));
  }

  private PairedComparison withFirst(RunScores scores) {
    double[] baseline = rows.get(0).scores().perQuery(primary());
    return PairedComparison.of(baseline, scores.perQuery(primary()), SEED);
  }

  String title() {
    return title;
  }

  int documents() {
    return collection.documents().size();
  }

  /** Queries that count: those that were judged. */
  int queries() {
    return qrels.queries().size();
  }

  List<Metric> metrics() {
    return metrics;
  }

  Metric primary() {
    return metrics.get(0);
  }

  /** Ids of the queries of each register that there is; empty where queries have none. */
  Map<QueryRegister, Set<String>> registers() {
    return registers;
  }

  /** The mean over the queries of one register of {@link #registers}. */
  double mean(Row row, Metric metric, QueryRegister register) {
    Set<String> chosen = registers.getOrDefault(register, Set.of());
    return row.scores().mean(metric, chosen::contains);
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }
}
