package dev.freshet.model.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A WordPiece vocabulary by rule: single characters, and pairs and triples of the letters a to z,
 * each as the start of a word and, behind {@code ##}, as its continuation. Longest match first then
 * splits any word into triples of letters ({@code str ##eam ##ing}), so texts that share words or
 * parts of them share tokens.
 */
final class SeededVocabulary {
  private SeededVocabulary() {}

  /** All pieces; a piece's place is its id. */
  static List<String> pieces() {
    List<String> grams = new ArrayList<>();
    singles().forEach(grams::add);
    for (char a = 'a'; a <= 'z'; a++) {
      for (char b = 'a'; b <= 'z'; b++) {
        grams.add("" + a + b);
        for (char c = 'a'; c <= 'z'; c++) {
          grams.add("" + a + b + c);
        }
      }
    }
    List<String> pieces = new ArrayList<>(WordPieceFile.SPECIAL);
    pieces.addAll(grams);
    grams.forEach(gram -> pieces.add(WordPieceFile.CONTINUATION + gram));
    return pieces;
  }

  /** Printable ASCII without capitals, which the normaliser lowers, and small letters beyond it. */
  private static List<String> singles() {
    IntStream ascii = IntStream.rangeClosed('!', '~').filter(c -> !Character.isUpperCase(c));
    IntStream latin = IntStream.rangeClosed(0xDF, 0xFF);
    IntStream greek = IntStream.rangeClosed(0x3B1, 0x3C9);
    IntStream cyrillic = IntStream.rangeClosed(0x430, 0x45F);
    IntStream letters = IntStream.concat(latin, IntStream.concat(greek, cyrillic));
    return IntStream.concat(ascii, letters.filter(Character::isLowerCase))
        .mapToObj(Character::toString)
        .toList();
  }
}
