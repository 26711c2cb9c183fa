package dev.freshet.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void smallLettersWithoutAccentsAndPunctuationByItself() {
    assertThat(Words.of("  Crème-brûlée, 3.5 €\u00a0(fine)…\tOK\n"))
        .containsExactly(
            "creme", "-", "brulee", ",", "3", ".", "5", "€", "(", "fine", ")", "…", "ok");
  }

  @Test
  void nothingHasNoWords() {
    assertThat(Words.of(" \n\t ")).isEmpty();
  }
}
