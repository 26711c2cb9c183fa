package dev.freshet.training.pretrain;

import java.util.Arrays;
import java.util.Random;

/**
 * Two views of one document, which ought to lie near each other, as a query and its answer do: the
 * title and the text; or a short span of the text and the rest of the document (the inverse cloze
 * task: Lee et al., ACL 2019, arXiv 1906.00300). A tenth of the tokens is left out of both, so that
 * no single word decides.
 */
final class TextViews {
  private static final double TITLE = 0.7;
  private static final double SHORTEST = 0.05;
  private static final double LONGEST = 0.2;
  private static final int FEWEST_TOKENS = 4;
  private static final double CUT_OUT = 0.9;
  private static final double LEFT_OUT = 0.1;

  private final int firstToken;
  private final int lastToken;
  private final int window;

  /**
   * @param window most tokens of a view, special ones included
   */
  TextViews(int firstToken, int lastToken, int window) {
    this.firstToken = firstToken;
    this.lastToken = lastToken;
    this.window = window;
  }

  /**
   * A document's tokens, without special ones.
   *
   * @param title {@code [seq]}, may be empty
   * @param text {@code [seq]}, not empty
   */
  record Tokens(int[] title, int[] text) {}

  /** The short view and the long one, token ids {@code [seq]}, special ones included. */
  int[][] pair(Tokens document, Random random) {
    int[] title = document.title();
    int[] text = document.text();
    if (title.length > 0 && random.nextDouble() < TITLE) {
      return new int[][] {framed(title, random), framed(text, random)};
    }
    double share = SHORTEST + (LONGEST - SHORTEST) * random.nextDouble();
    int wanted = Math.max(FEWEST_TOKENS, (int) Math.round(share * text.length));
    int length = Math.min(text.length, wanted);
    int from = random.nextInt(text.length - length + 1);
    int[] span = Arrays.copyOfRange(text, from, from + length);
    boolean cutOut = length < text.length && random.nextDouble() < CUT_OUT;
    int[] rest = cutOut ? without(text, from, length) : text;
    return new int[][] {framed(span, random), framed(joined(title, rest), random)};
  }

  private static int[] without(int[] text, int from, int length) {
    int[] rest = new int[text.length - length];
    System.arraycopy(text, 0, rest, 0, from);
    System.arraycopy(text, from + length, rest, from, rest.length - from);
    return rest;
  }

  private static int[] joined(int[] left, int[] right) {
    int[] joined = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, joined, left.length, right.length);
    return joined;
  }

  private int[] framed(int[] tokens, Random random) {
    int[] kept = Arrays.stream(tokens).filter(token -> random.nextDouble() >= LEFT_OUT).toArray();
    int[] inner = kept.length == 0 ? tokens : kept;
    int length = Math.min(inner.length, window - 2);
    int[] view = new int[length + 2];
    view[0] = firstToken;
    System.arraycopy(inner, 0, view, 1, length);
    view[length + 1] = lastToken;
    return view;
  }
}
