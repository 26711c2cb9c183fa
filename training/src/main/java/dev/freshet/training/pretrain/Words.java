package dev.freshet.training.pretrain;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Texts to words as BERT's tokenizer sees them before it looks for pieces: small letters without
 * accents, every punctuation character and every ideograph a word of its own. Characters of
 * control, of format and of private use are not there. The {@code BasicTokenizer} of BERT's own
 * code (Devlin et al., NAACL 2019) cuts so, and the tokenizer of {@link
 * dev.freshet.model.encoder.WordPieceFile}.
 */
final class Words {
  /** Accents, and what cannot be seen: but for tab and line ends, which separate. */
  private static final Pattern DROPPED =
      Pattern.compile("[\\p{Mn}\\p{Cc}\\p{Cf}\\p{Co}\\x{FFFD}&&[^\\t\\n\\r]]");

  /** First and last of each block that BERT takes for Chinese characters. */
  private static final int[][] IDEOGRAPHS = {
    {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},
    {0xF900, 0xFAFF},
    {0x20000, 0x2A6DF},
    {0x2A700, 0x2B73F},
    {0x2B740, 0x2B81F},
    {0x2B820, 0x2CEAF},
    {0x2F800, 0x2FA1F}
  };

  private Words() {}

  static List<String> of(String text) {
    String plain =
        DROPPED
            .matcher(Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD))
            .replaceAll("");
    List<String> words = new ArrayList<>();
    int start = 0;
    int at = 0;
    while (at < plain.length()) {
      int character = plain.codePointAt(at);
      int next = at + Character.charCount(character);
      boolean alone = isPunctuation(character) || isIdeograph(character);
      if (alone || isSpace(character)) {
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

  /** Of the control characters those that were not dropped. */
  private static boolean isSpace(int character) {
    return Character.isSpaceChar(character) || Character.isISOControl(character);
  }

  private static boolean isIdeograph(int character) {
    for (int[] block : IDEOGRAPHS) {
      if (block[0] <= character && character <= block[1]) {
        return true;
      }
    }
    return false;
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
