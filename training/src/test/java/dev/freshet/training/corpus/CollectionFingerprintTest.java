package dev.freshet.training.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CollectionFingerprintTest {
  private static String of(String title, String text, String query, String document, int grade) {
    return CollectionFingerprint.sha256(
        new CorpusCollection(
            List.of(
                new CorpusDocument("d1", title, text, Map.of()),
                new CorpusDocument("d2", "", "snow", Map.of())),
            List.of(new CorpusQuery("q1", query, null)),
            List.of(new Judgement("q1", document, grade))));
  }

  @Test
  void anEditThatKeepsTheSizesIsAnotherCollection() {
    String first = of("Ice", "cold water", "frozen", "d1", 1);
    assertThat(of("Ice", "cold water", "frozen", "d1", 1)).isEqualTo(first).hasSize(64);
    assertThat(
            List.of(
                of("Icy", "cold water", "frozen", "d1", 1),
                of("Ice", "cool water", "frozen", "d1", 1),
                of("Icecold", " water", "frozen", "d1", 1),
                of("Ice", "cold water", "freezing", "d1", 1),
                of("Ice", "cold water", "frozen", "d2", 1),
                of("Ice", "cold water", "frozen", "d1", 2)))
        .doesNotContain(first)
        .doesNotHaveDuplicates();
  }

  @Test
  void attributesDecideNothing() {
    Judgement judgement = new Judgement("q1", "d1", 1);
    CorpusQuery query = new CorpusQuery("q1", "frozen", null);
    assertThat(
            CollectionFingerprint.sha256(
                new CorpusCollection(
                    List.of(new CorpusDocument("d1", "", "ice", Map.of("year", 1999))),
                    List.of(query),
                    List.of(judgement))))
        .isEqualTo(
            CollectionFingerprint.sha256(
                new CorpusCollection(
                    List.of(new CorpusDocument("d1", "", "ice", Map.of())),
                    List.of(query),
                    List.of(judgement))));
  }
}
