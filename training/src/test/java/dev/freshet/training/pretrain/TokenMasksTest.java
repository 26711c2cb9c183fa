package dev.freshet.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenMasksTest {
  private static final int MASK = 4;

  @Test
  void hidesReplacesAndKeepsInThePublishedShares() {
    int[][] sequences = new int[200][50];
    int token = 50;
    for (int[] sequence : sequences) {
      Arrays.fill(sequence, token);
      sequence[0] = 2;
      sequence[49] = 3;
    }
    TokenMasks.Guesses guesses = new TokenMasks(MASK, 5, 1000).hide(sequences, new Random(1));

    int hidden = 0;
    int replaced = 0;
    for (int i = 0; i < guesses.rows().size(); i++) {
      assertThat(guesses.tokens().get(i)).isEqualTo(token);
      int row = guesses.rows().get(i);
      int input = sequences[row / 50][row % 50];
      assertThat(input).isBetween(MASK, 999);
      hidden += input == MASK ? 1 : 0;
      replaced += input != MASK && input != token ? 1 : 0;
    }
    double all = guesses.rows().size();
    assertThat(all / (200 * 48)).isCloseTo(0.15, within(0.015));
    assertThat(hidden / all).isCloseTo(0.8, within(0.04));
    assertThat(replaced / all).isCloseTo(0.1, within(0.03));
    for (int[] sequence : sequences) {
      assertThat(sequence[0]).isEqualTo(2);
      assertThat(sequence[49]).isEqualTo(3);
    }
  }
}
