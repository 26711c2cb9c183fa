package dev.freshet.training.pretrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Which tokens a model has to guess (Devlin et al., NAACL 2019, arXiv 1810.04805, section 3.1): 15
 * % of those that are not special; of these 80 % are hidden, 10 % are replaced by another, 10 %
 * stay.
 */
final class TokenMasks {
  private static final double GUESSED = 0.15;
  private static final double HIDDEN = 0.8;
  private static final double REPLACED = 0.9;

  private final int maskToken;
  private final int firstOrdinary;
  private final int vocabulary;

  /**
   * @param maskToken what hides a token
   * @param firstOrdinary the first id that is not special; the special ones come before it
   * @param vocabulary number of ids
   */
  TokenMasks(int maskToken, int firstOrdinary, int vocabulary) {
    this.maskToken = maskToken;
    this.firstOrdinary = firstOrdinary;
    this.vocabulary = vocabulary;
  }

  /**
   * What has to be guessed in some sequences, side by side.
   *
   * @param rows place of every guessed token, {@code sequence · length + position}
   * @param tokens what stood there
   */
  record Guesses(List<Integer> rows, List<Integer> tokens) {}

  /**
   * @param sequences of equal length; what is hidden or replaced is changed in them
   */
  Guesses hide(int[][] sequences, Random random) {
    Guesses guesses = new Guesses(new ArrayList<>(), new ArrayList<>());
    for (int row = 0; row < sequences.length; row++) {
      int[] sequence = sequences[row];
      for (int i = 0; i < sequence.length; i++) {
        if (sequence[i] >= firstOrdinary && random.nextDouble() < GUESSED) {
          guesses.rows().add(row * sequence.length + i);
          guesses.tokens().add(sequence[i]);
          sequence[i] = input(sequence[i], random);
        }
      }
    }
    return guesses;
  }

  private int input(int token, Random random) {
    double draw = random.nextDouble();
    if (draw < HIDDEN) {
      return maskToken;
    }
    return draw < REPLACED ? firstOrdinary + random.nextInt(vocabulary - firstOrdinary) : token;
  }
}
