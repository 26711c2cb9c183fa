package dev.freshet.training.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.corpus.CorpusDocument;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordLikenessTest {
  private static CorpusDocument document(String id, String title, String text) {
    return new CorpusDocument(id, title, text, Map.of());
  }

  private final WordLikeness likeness =
      new WordLikeness(
          List.of(
              document("fan", "Ceiling fan", "The fan rattles at night."),
              document("fans", "Ceiling fans", "Rattling fans, at night."),
              document("kettle", "Kettle", "The kettle is cold at night."),
              document("empty", "", "")),
          document -> {});

  @Test
  void rareWordsInCommonMakeDocumentsAlike() {
    assertThat(likeness.between("fan", "fans")).isGreaterThan(0.9);
    assertThat(likeness.between("fan", "kettle")).isBetween(0.001, 0.2);
    assertThat(likeness.between("fan", "fan")).isCloseTo(1, within(1e-6));
    assertThat(likeness.between("kettle", "fan"))
        .isCloseTo(likeness.between("fan", "kettle"), within(1e-12));
  }

  @Test
  void whatIsEmptyIsLikeNothing() {
    assertThat(likeness.between("empty", "fan")).isZero();
    assertThat(likeness.between("empty", "empty")).isZero();
  }

  @Test
  void ofWhatIsGoneNothingIsKnown() {
    assertThat(likeness.between("gone", "fan")).isNaN();
    assertThat(new WordLikeness(List.of(), document -> {}).between("a", "b")).isNaN();
  }
}
