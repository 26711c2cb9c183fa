package dev.freshet.training.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.click.Impression;
import dev.freshet.training.click.Page;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClickedQueriesTest {
  private static final CorpusQuery QUERY = new CorpusQuery("q", "a query", null);
  private static final List<CorpusDocument> POOL =
      IntStream.range(0, 20)
          .mapToObj(i -> new CorpusDocument("d" + i, "", "text " + i, Map.of()))
          .toList();

  /** Three documents were shown, of which one is worth something. */
  private static final ClickedQueries QUERIES =
      new ClickedQueries(
          ClickedGains.of(Map.of("q", Map.of("d0", 1.0, "d1", 0.0))),
          new Interactions(
              List.of(
                  new Interaction(
                      QUERY,
                      new Impression(
                          Page.asRanked("q", List.of("d1", "d0", "d2")), null, List.of(2)),
                      1,
                      Instant.EPOCH))),
          POOL,
          1);

  /** What a system is worth that ranks these first, in this order, and then all others. */
  private static double worth(String... first) {
    List<String> ids = new ArrayList<>(List.of(first));
    POOL.stream().map(CorpusDocument::id).filter(id -> !ids.contains(id)).forEach(ids::add);
    List<ScoredDocument> documents = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      documents.add(new ScoredDocument(ids.get(i), -i));
    }
    Run run = new Run(Map.of("q", Ranking.of(documents)));
    return QUERIES.discounted(asked -> List.of(run))[0][0];
  }

  @Test
  void whatIsWorthMoreShouldStandBeforeWhatWasShownAndBeforeOthers() {
    double second = Math.log(2) / Math.log(3);
    assertThat(worth("d0")).isEqualTo(1);
    assertThat(worth("d1", "d0")).isEqualTo(second);
    assertThat(worth("d2", "d0")).isEqualTo(second);
    assertThat(worth("d7", "d0")).isEqualTo(second);
    assertThat(worth("d7", "d1", "d0")).isLessThan(second);
  }
}
