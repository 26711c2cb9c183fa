package dev.freshet.pipeline.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SnippetsTest {
  @Test
  void isTheRangeWithoutWhiteSpaceAroundIt() {
    assertThat(Snippets.of("one  two three", 3, 9)).isEqualTo("two");
    assertThat(Snippets.of("one", 0, 3)).isEqualTo("one");
  }

  @Test
  void aRangeBeyondTheTextIsClipped() {
    assertThat(Snippets.of("one two", 4, 99)).isEqualTo("two");
    assertThat(Snippets.of("one two", 50, 99)).isEmpty();
    assertThat(Snippets.of("one two", -5, 3)).isEqualTo("one");
    assertThat(Snippets.of("one two", 5, 2)).isEmpty();
  }

  @Test
  void aLongPassageEndsWithAWord() {
    String words = "word ".repeat(100);
    assertThat(Snippets.of(words, 0, words.length()))
        .hasSizeLessThanOrEqualTo(Snippets.MAX_LENGTH + 1)
        .endsWith("word…");
  }

  @Test
  void aLongWordIsCutBetweenCharacters() {
    String text = "x" + "😀".repeat(200);
    String snippet = Snippets.of(text, 0, text.length());
    assertThat(snippet).hasSize(Snippets.MAX_LENGTH).endsWith("😀…");
    assertThat(Snippets.of("字".repeat(400), 0, 400)).hasSize(Snippets.MAX_LENGTH + 1);
  }
}
