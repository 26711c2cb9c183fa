package dev.freshet.training.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class Bm25RetrieverTest {
  private static CorpusDocument document(String id, String title, String text) {
    return new CorpusDocument(id, title, text, Map.of());
  }

  private static Ranking search(List<CorpusDocument> documents, String query, int depth)
      throws IOException {
    try (Bm25Retriever retriever = new Bm25Retriever(documents)) {
      return retriever.retrieve(List.of(new CorpusQuery("q", query, null)), depth).ranking("q");
    }
  }

  /** The formula with k1 = 0.9 and b = 0.4, of one word. */
  private static double bm25(int documents, int having, double count, double length, double mean) {
    double idf = Math.log(1 + (documents - having + 0.5) / (having + 0.5));
    return idf * count / (count + 0.9 * (1 - 0.4 + 0.4 * length / mean));
  }

  @Test
  void scoresByTheFormulaOverTitleAndText() throws IOException {
    List<CorpusDocument> documents =
        List.of(
            document("a", "Glacier", "ice moves glaciers"), // 4 words, glacier twice
            document("b", "", "ice"),
            document("c", "", "warm sea water today")); // 4 words
    double mean = 9 / 3.0;
    Ranking ranking = search(documents, "the moving ice of glaciers", 10);
    assertThat(ranking.ids()).containsExactly("a", "b");
    assertThat((double) ranking.get(0).score())
        .isCloseTo(
            bm25(3, 1, 2, 4, mean) + bm25(3, 2, 1, 4, mean) + bm25(3, 1, 1, 4, mean), within(1e-6));
    assertThat((double) ranking.get(1).score()).isCloseTo(bm25(3, 2, 1, 1, mean), within(1e-6));
  }

  @Test
  void aWordThatComesTwiceInTheQueryCountsTwice() throws IOException {
    List<CorpusDocument> documents = List.of(document("a", "", "ice"), document("b", "", "sea"));
    float once = search(documents, "ice", 1).get(0).score();
    assertThat(search(documents, "ice, ice", 1).get(0).score()).isCloseTo(2 * once, within(1e-6f));
  }

  @Test
  void keepsTheTiesThatARankingWouldPutFirst() throws IOException {
    List<CorpusDocument> documents = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      documents.add(document("d" + i, "", i % 2 == 0 ? "ice" : "sea"));
    }
    assertThat(search(documents, "ice", 3).ids()).containsExactly("d98", "d96", "d94");
  }

  @Test
  void aQueryOfStopWordsFindsNothing() throws IOException {
    assertThat(search(List.of(document("a", "", "to be or not to be")), "to be?", 5).size())
        .isZero();
  }
}
