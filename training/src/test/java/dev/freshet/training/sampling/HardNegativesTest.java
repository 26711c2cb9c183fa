package dev.freshet.training.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HardNegativesTest {
  private static final List<CorpusDocument> DOCUMENTS =
      IntStream.range(0, 8)
          .mapToObj(i -> new CorpusDocument("d" + i, "", "text " + i, Map.of()))
          .toList();

  private static final TrainingExample EXAMPLE =
      new TrainingExample(new CorpusQuery("q", "query", null), DOCUMENTS.get(2), List.of(), 1);

  /** d0 to d7 with the scores 10, 9.8, 9.6 (the positive), 9.5, 9, 8, 7, 6. */
  private static final Run FOUND =
      new Run(
          Map.of(
              "q",
              Ranking.of(
                  IntStream.range(0, 8)
                      .mapToObj(
                          i ->
                              new ScoredDocument(
                                  "d" + i, new float[] {10, 9.8f, 9.6f, 9.5f, 9, 8, 7, 6}[i]))
                      .toList())));

  private static List<String> mined(HardNegatives negatives, TrainingExample example, Run found) {
    Relevance relevance = Relevance.ofJudgements(List.of(new Judgement("q", "d5", 1)));
    return negatives.mine(List.of(example), found, relevance, DOCUMENTS).get(0).negatives().stream()
        .map(CorpusDocument::id)
        .toList();
  }

  /** 95 % of 9.6 is 9.12: d0, d1 and d3 may well be answers that nobody judged; d5 is one. */
  @Test
  void leavesOutWhatMayBeAnAnswer() {
    assertThat(mined(HardNegatives.of(2), EXAMPLE, FOUND)).containsExactly("d4", "d6");
    assertThat(mined(new HardNegatives(9, 2), EXAMPLE, FOUND))
        .containsExactly("d0", "d1", "d3", "d4", "d6", "d7");
  }

  @Test
  void ranksDecideWhereThePositiveWasNotFound() {
    Run found = new Run(Map.of("q", FOUND.ranking("q").top(2)));
    assertThat(mined(HardNegatives.of(2), EXAMPLE, found)).containsExactly("d0", "d1");
    assertThat(mined(HardNegatives.of(2), EXAMPLE, new Run(Map.of()))).isEmpty();
  }

  @Test
  void noneAreWantedNoneAreThere() {
    TrainingExample had = EXAMPLE.withNegatives(DOCUMENTS);
    assertThat(mined(HardNegatives.of(0), had, FOUND)).isEmpty();
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new HardNegatives(-1, 1)).hasMessageContaining("were -1 and 1.0");
    assertThatThrownBy(() -> new TrainingExample(EXAMPLE.query(), EXAMPLE.positive(), List.of(), 0))
        .hasMessageContaining("query q was 0.0");
  }
}
