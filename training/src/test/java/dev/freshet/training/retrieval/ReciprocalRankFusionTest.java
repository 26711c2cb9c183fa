package dev.freshet.training.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReciprocalRankFusionTest {
  private static Ranking ranking(String... bestFirst) {
    List<ScoredDocument> documents = new ArrayList<>();
    for (String id : bestFirst) {
      documents.add(new ScoredDocument(id, 100 - documents.size()));
    }
    return Ranking.of(documents);
  }

  @Test
  void addsUpReciprocalRanks() {
    Run fused =
        ReciprocalRankFusion.fuse(
            List.of(
                new Run(Map.of("q", ranking("a", "b", "c"))),
                new Run(Map.of("q", ranking("c", "d", "b")))),
            10);
    // c: 1/8 + 1/6; b: 1/7 + 1/8; a: 1/6; d: 1/7
    assertThat(fused.ranking("q"))
        .isEqualTo(
            Ranking.of(
                List.of(
                    new ScoredDocument("c", (float) (1 / 8.0 + 1 / 6.0)),
                    new ScoredDocument("b", (float) (1 / 7.0 + 1 / 8.0)),
                    new ScoredDocument("a", (float) (1 / 6.0)),
                    new ScoredDocument("d", (float) (1 / 7.0)))));
    assertThat(fused.ranking("q").ids()).containsExactly("c", "b", "a", "d");
  }

  @Test
  void aListMayCountMoreThanTheOther() {
    List<String> dense = List.of("a", "b");
    List<String> lexical = List.of("b", "c");
    assertThat(ReciprocalRankFusion.fuse(dense, 1, lexical).ids()).containsExactly("b", "a", "c");
    assertThat(ReciprocalRankFusion.fuse(dense, 8, lexical))
        .isEqualTo(
            Ranking.of(
                List.of(
                    new ScoredDocument("a", (float) (8 / 6.0)),
                    new ScoredDocument("b", (float) (8 / 7.0 + 1 / 6.0)),
                    new ScoredDocument("c", (float) (1 / 7.0)))));
  }

  @Test
  void keepsQueriesThatOneRunLacksAndNoMoreThanAskedFor() {
    Run fused =
        ReciprocalRankFusion.fuse(
            List.of(
                new Run(Map.of("p", ranking("a", "b", "c"))), new Run(Map.of("q", ranking("d")))),
            2);
    assertThat(fused.ranking("p").ids()).containsExactly("a", "b");
    assertThat(fused.ranking("q").ids()).containsExactly("d");
  }
}
