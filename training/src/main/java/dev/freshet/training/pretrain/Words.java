package dev.freshet.training.pretrain;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Texts to words as BERT's tokenizer sees them before it looks for pieces: small letters without
 * accents, every punctuation character a word of its own.
 */
final class Words {
  private Words() {}

  static List<String> of(String text) {
    String plain =
        Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD)
            .replaceAll("\\p{Mn}", "");
    List<String> words = new ArrayList<>();
    int start = 0;
    int at = 0;
    while (at < plain.length()) {
      int character = plain.codePointAt(at);
      int next = at + Character.charCount(character);
      boolean alone = isPunctuation(character);
      if (alone
          || Character.isWhitespace(character)
          || Character.isSpaceChar(character)
          || Character.isISOControl(character)) {
        add(words, plain, start, at);
        start = next;
      }
      if (alone) {
        words.add(plain.substring(at, next));
      }
      at = next;
    }
    add(words, plain, start, plain.length());
    return words;
  }

  private static void add(List<String> words, String text, int start, int end) {
    if (end > start) {
      words.add(text.substring(start, end));
    }
  }

  /** What Unicode calls punctuation, and all of ASCII that is no letter, digit or space. */
  private static boolean isPunctuation(int character) {
    if (character < 128) {
      return character > ' ' && character < 127 && !Character.isLetterOrDigit(character);
    }
    return switch (Character.getType(character)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }
}
