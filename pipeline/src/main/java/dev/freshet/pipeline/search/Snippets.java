package dev.freshet.pipeline.search;

/** The text of a passage, short enough to show. */
final class Snippets {
  /** UTF-16 units, the ellipsis not counted. */
  static final int MAX_LENGTH = 300;

  private Snippets() {}

  /**
   * The range of the text without white space around it, cut at a word's end where it is long.
   *
   * @param start UTF-16 index, inclusive; clipped to the text
   * @param end UTF-16 index, exclusive; clipped to the text
   */
  static String of(String text, int start, int end) {
    String passage = clip(text, start, end).strip();
    return passage.length() <= MAX_LENGTH ? passage : passage.substring(0, cut(passage)) + "…";
  }

  /** The range of the text, as far as there is text. */
  static String clip(String text, int start, int end) {
    int to = Math.max(0, Math.min(end, text.length()));
    int from = Math.max(0, Math.min(start, to));
    return text.substring(from, to);
  }

  private static int cut(String passage) {
    for (int i = MAX_LENGTH; i > MAX_LENGTH / 2; i--) {
      if (Character.isWhitespace(passage.charAt(i))) {
        return passage.substring(0, i).stripTrailing().length();
      }
    }
    // No word ends near: a script without spaces. Never between the halves of a character.
    return Character.isLowSurrogate(passage.charAt(MAX_LENGTH)) ? MAX_LENGTH - 1 : MAX_LENGTH;
  }
}
