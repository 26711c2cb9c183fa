package dev.freshet.training.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.Page;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import dev.freshet.training.retrieval.Retriever;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
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
    return after(weight, likesNear, QUERIES);
  }

  private static double after(double weight, IntPredicate likesNear, int least) {
    List<Interaction> clicked = new ArrayList<>();
    for (int i = 0; i < QUERIES; i++) {
      Page page = Page.asRanked(Integer.toString(i), List.of("near " + i, "word " + i));
      List<Integer> clicks = List.of(likesNear.test(i) ? 1 : 2);
      clicked.add(
          new Interaction(
              query(i), new Impression(page, null, clicks), 1, Instant.ofEpochSecond(i)));
    }
    Interactions interactions = new Interactions(clicked);
    ClickedGains gains =
        GainModel.of(Estimator.UNWEIGHTED, interactions.log())
            .gains(interactions.log(), interactions.shown());
    List<CorpusDocument> pool = pool();
    try (FusionJudge judge = new FusionJudge(DENSE, pool, 1)) {
      return judge.denseWeight(new ClickedQueries(gains, interactions, pool, 1), weight, least);
    }
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
  void itStaysWhereFewQueriesJudge() {
    assertThat(after(1, query -> true, QUERIES + 1)).isEqualTo(1);
  }

  @Test
  void noListDecidesAlone() {
    assertThat(after(2, query -> true)).isEqualTo(2);
    assertThat(after(0.5, query -> false)).isEqualTo(0.5);
  }

  /** Words that nobody else has, more than Lucene takes in one query. */
  @Test
  void aLongQueryIsJudgedByItsFirstWords() {
    StringBuilder text = new StringBuilder("word7");
    for (int i = 0; i < 2_000; i++) {
      text.append(" other").append(i);
    }
    try (FusionJudge judge = new FusionJudge(DENSE, pool(), 1)) {
      CorpusQuery query = new CorpusQuery("7", text.toString(), null);
      assertThat(judge.pages(List.of(query), 1).ranking("7").ids())
          .containsExactly("word 7", "near 7");
    }
  }

  @Test
  void whatStandsFirstInEitherListStaysOnAPageOfTen() {
    List<String> dense = IntStream.range(0, 100).mapToObj(i -> "near " + i).toList();
    List<String> lexical = IntStream.range(0, 100).mapToObj(i -> "word " + i).toList();
    assertThat(ReciprocalRankFusion.fuse(dense, 2, lexical).ids().subList(0, 10))
        .contains("near 0", "word 0");
    assertThat(ReciprocalRankFusion.fuse(dense, 0.5, lexical).ids().subList(0, 10))
        .contains("near 0", "word 0");
  }
}
