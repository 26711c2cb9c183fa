package dev.freshet.training.click;

import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Rankings of ten documents for queries of which a share has a relevant one, rather high than low:
 * relevance is correlated with rank, as a ranker makes it.
 */
record SimulatedCollection(Run run, Qrels truth) {
  static final int PAGE = 10;
  static final Attractiveness ATTRACTIVENESS = new Attractiveness(List.of(0.1, 0.5, 0.9));
  static final ExaminationCurve EXAMINATION = ExaminationCurve.power(PAGE, 1);
  static final ClickModel POSITION_BASED = new PositionBasedModel(EXAMINATION, ATTRACTIVENESS);
  static final ClickModel CASCADE = new CascadeModel(ATTRACTIVENESS);
  static final ClickModel DEPENDENT =
      new DependentClickModel(ATTRACTIVENESS, List.of(0.7, 0.6, 0.5, 0.4));

  static SimulatedCollection of(int queries, double shareWithRelevant, long seed) {
    Random random = new Random(seed);
    Map<String, Ranking> rankings = new LinkedHashMap<>();
    List<Judgement> judgements = new ArrayList<>();
    for (int query = 0; query < queries; query++) {
      List<ScoredDocument> documents = new ArrayList<>();
      for (int rank = 0; rank < PAGE; rank++) {
        documents.add(new ScoredDocument(document(query, rank), -rank));
      }
      rankings.put("q" + query, Ranking.of(documents));
      if (random.nextDouble() < shareWithRelevant) {
        int best = Math.min(PAGE - 1, (int) (-2.5 * Math.log(1 - random.nextDouble())));
        judgements.add(new Judgement("q" + query, document(query, best), 2));
        if (random.nextDouble() < 0.6) {
          int sibling = (best + 1 + random.nextInt(PAGE - 1)) % PAGE;
          judgements.add(new Judgement("q" + query, document(query, sibling), 1));
        }
      }
    }
    return new SimulatedCollection(new Run(rankings), new Qrels(judgements));
  }

  private static String document(int query, int rank) {
    return "q" + query + "-d" + rank;
  }

  ClickLog clicks(ClickModel users, PagePolicy policy, int sessions) {
    return clicks(Population.of(users), policy, sessions);
  }

  ClickLog clicks(Population population, PagePolicy policy, int sessions) {
    return new ClickSimulation(population, policy, PAGE, sessions, 500, 1, 7).run(run, truth);
  }

  boolean isRelevant(String query, String document) {
    return truth.grade(query, document) > 0;
  }

  /** Share of the weight that lies on relevant documents. */
  double precision(List<TrainingPair> pairs) {
    double relevant = 0;
    double all = 0;
    for (TrainingPair pair : pairs) {
      relevant += isRelevant(pair.queryId(), pair.documentId()) ? pair.weight() : 0;
      all += pair.weight();
    }
    return relevant / all;
  }
}
