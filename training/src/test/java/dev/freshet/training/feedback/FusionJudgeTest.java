package dev.freshet.training.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.Page;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Retriever;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Of each query one document has the word, another one is near, and users click one of the two. */
class FusionJudgeTest {
  private static final int QUERIES = 40;

  /** Finds the document that is near, and nothing else. */
  private static final Retriever DENSE =
      (queries, depth) -> {
        Map<String, Ranking> rankings = new LinkedHashMap<>();
        for (CorpusQuery query : queries) {
          rankings.put(
              query.id(), Ranking.of(List.of(new ScoredDocument("near " + query.id(), 1))));
        }
        return new Run(rankings);
      };

  private static CorpusQuery query(int number) {
    return new CorpusQuery(Integer.toString(number), "word" + number, null);
  }

  private static List<CorpusDocument> pool() {
    List<CorpusDocument> pool = new ArrayList<>();
    for (int i = 0; i < QUERIES; i++) {
      pool.add(new CorpusDocument("near " + i, "", "something else", Map.of()));
      pool.add(new CorpusDocument("word " + i, "", "word" + i, Map.of()));
    }
    return pool;
  }

  /**
   * The weight after people have clicked.
   *
   * @param likesNear which queries' users click what is near; the others click what has the word
   */
  private static double after(double weight, IntPredicate likesNear) {
    List<Interaction> clicked = new ArrayList<>();
    for (int i = 0; i < QUERIES; i++) {
      Page page = Page.asRanked(Integer.toString(i), List.of("near " + i, "word " + i));
      List<Integer> clicks = List.of(likesNear.test(i) ? 1 : 2);
      clicked.add(
          new Interaction(query(i), new Impression(page, null, clicks), Instant.ofEpochSecond(i)));
    }
    Interactions interactions = new Interactions(clicked);
    ClickedGains gains =
        ClickedGains.of(Estimator.UNWEIGHTED, interactions.log(), interactions.log());
    List<CorpusDocument> pool = pool();
    return new FusionJudge(new ClickedQueries(gains, interactions, pool, 1), DENSE, pool, 1)
        .denseWeight(weight);
  }

  @Test
  void theListWhoseDocumentsAreClickedCountsMore() {
    assertThat(after(1, query -> true)).isEqualTo(2);
    assertThat(after(2, query -> false)).isEqualTo(1);
  }

  @Test
  void itStaysWhereClicksLeaveADoubt() {
    assertThat(after(1, query -> query % 2 == 0)).isEqualTo(1);
  }

  @Test
  void noListDecidesAlone() {
    assertThat(after(8, query -> true)).isEqualTo(8);
    assertThat(after(0.125, query -> false)).isEqualTo(0.125);
  }
}
