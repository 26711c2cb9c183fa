package dev.freshet.training.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DenseRetrieverTest {
  /** Texts are numbers: of a query one vector, of a document a passage for each line. */
  private static final class Spelled implements BiEncoder {
    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public float[][] encodeQueries(List<String> queries) {
      return queries.stream().map(Spelled::vector).toArray(float[][]::new);
    }

    /** The last document first: the order is the encoder's own. */
    @Override
    public void encodeDocuments(List<CorpusDocument> documents, PassageConsumer consumer) {
      for (int i = documents.size() - 1; i >= 0; i--) {
        consumer.accept(
            i, documents.get(i).text().lines().map(Spelled::vector).toArray(float[][]::new));
      }
    }

    private static float[] vector(String text) {
      String[] numbers = text.split(" ");
      return new float[] {Float.parseFloat(numbers[0]), Float.parseFloat(numbers[1])};
    }
  }

  private static CorpusDocument document(String id, String text) {
    return new CorpusDocument(id, "", text, Map.of());
  }

  private static CorpusQuery query(String id, String text) {
    return new CorpusQuery(id, text, null);
  }

  @Test
  void aDocumentScoresWhatItsBestPassageDoes() {
    List<CorpusDocument> encoded = new ArrayList<>();
    DenseRetriever retriever =
        DenseRetriever.index(
            List.of(document("a", "3 0\n0 1"), document("b", "2 2"), document("c", "-1 -1")),
            new Spelled(),
            encoded::add);
    assertThat(encoded).extracting(CorpusDocument::id).containsExactly("a", "b", "c");
    assertThat(retriever.passages()).isEqualTo(4);
    Run run = retriever.retrieve(List.of(query("x", "1 0"), query("y", "0 1")), 10);
    assertThat(run.rankings().keySet()).containsExactly("x", "y");
    assertThat(run.ranking("x"))
        .isEqualTo(
            Ranking.of(
                List.of(
                    new ScoredDocument("a", 3),
                    new ScoredDocument("b", 2),
                    new ScoredDocument("c", -1))));
    assertThat(run.ranking("y").ids()).containsExactly("b", "a", "c");
  }

  @Test
  void keepsTheTiesThatARankingWouldPutFirst() {
    List<CorpusDocument> documents =
        Stream.of("d1", "d10", "d2", "d3").map(id -> document(id, "1 1")).toList();
    Run run =
        DenseRetriever.index(documents, new Spelled(), document -> {})
            .retrieve(List.of(query("q", "1 1")), 2);
    assertThat(run.ranking("q").ids()).containsExactly("d3", "d2");
  }

  @Test
  void answersEveryQueryOfMany() {
    List<CorpusDocument> documents =
        IntStream.range(0, 200).mapToObj(i -> document("d" + i, i + " " + -i * i)).toList();
    List<CorpusQuery> queries =
        IntStream.range(0, 199).mapToObj(i -> query("q" + i, 2 * i + " 1")).toList();
    Run run = DenseRetriever.index(documents, new Spelled(), document -> {}).retrieve(queries, 1);
    // 2 i x - x x is highest at x = i.
    for (int i = 0; i < 199; i++) {
      assertThat(run.ranking("q" + i).ids()).containsExactly("d" + i);
    }
  }
}
