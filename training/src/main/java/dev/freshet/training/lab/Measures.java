package dev.freshet.training.lab;

import dev.freshet.training.evaluation.AveragePrecision;
import dev.freshet.training.evaluation.Metric;
import dev.freshet.training.evaluation.Ndcg;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.evaluation.Recall;
import dev.freshet.training.evaluation.ReciprocalRank;
import dev.freshet.training.evaluation.RunScores;
import dev.freshet.training.evaluation.Success;
import dev.freshet.training.retrieval.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a comparison measures, the primary measure first. */
final class Measures {
  private static final int CUTOFF = 10;
  private static final int RECALL_CUTOFF = 100;

  /** Documents of a query that any measure looks at. */
  static final int DEPTH = 100;

  private static final Metric PRIMARY = new Ndcg(CUTOFF);

  private static final List<Metric> ALL =
      List.of(
          PRIMARY,
          new ReciprocalRank(CUTOFF),
          new AveragePrecision(DEPTH),
          new Recall(RECALL_CUTOFF),
          new Success(CUTOFF));

  private Measures() {}

  static Scores scores(Run run, Qrels qrels) {
    RunScores scores = new RunScores(run, qrels, ALL);
    Map<String, Double> means = new LinkedHashMap<>();
    ALL.forEach(metric -> means.put(metric.label(), scores.mean(metric)));
    return Scores.of(means, scores.perQuery(PRIMARY));
  }

  static double primary(Run run, Qrels qrels) {
    return new RunScores(run, qrels, List.of(PRIMARY)).mean(PRIMARY);
  }
}
