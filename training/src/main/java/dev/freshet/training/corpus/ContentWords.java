package dev.freshet.training.corpus;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The content of a text, compared word by word: which words are not function words, and which have
 * the same crude stem.
 *
 * <p>Words are runs of letters and digits in lower case, without their apostrophes. A stem is what
 * remains when the suffixes of {@link #SUFFIXES} are stripped, first that fits first, as long as
 * three letters remain, then a doubled last consonant is made single, and a last i becomes y. That
 * merges more words than it should ({@code organ} and {@code organise}), which is the safe side for
 * the promise that two texts share none; irregular forms ({@code freeze}, {@code frozen}) stay
 * apart. Immutable and thread-safe.
 */
final class ContentWords {
  private static final int SHORTEST_STEM = 3;
  private static final List<String> SUFFIXES =
      List.of(
          "fully", "ments", "ingly", "ment", "ness", "edly", "ings", "able", "ible", "ing", "ies",
          "ied", "ers", "ion", "ise", "ed", "er", "or", "es", "ly", "al", "th", "en", "y", "s",
          "e");

  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");

  private final Set<String> functionWords;

  ContentWords(Set<String> functionWords) {
    this.functionWords = Set.copyOf(functionWords);
  }

  /** All words in their order. */
  static List<String> words(String text) {
    String plain = text.toLowerCase(Locale.ROOT).replace("'", "");
    return NO_WORD.splitAsStream(plain).filter(word -> !word.isEmpty()).toList();
  }

  /** The distinct words that are not function words, in the order of their first use. */
  List<String> in(String text) {
    return words(text).stream().filter(word -> !functionWords.contains(word)).distinct().toList();
  }

  /** The stems of {@link #in}. */
  Set<String> stems(String text) {
    Set<String> stems = new LinkedHashSet<>();
    in(text).forEach(word -> stems.add(stem(word)));
    return stems;
  }

  static String stem(String word) {
    String stem = word;
    String before;
    do {
      before = stem;
      stem = withoutSuffix(stem);
    } while (!stem.equals(before));
    return stem;
  }

  private static String withoutSuffix(String word) {
    for (String suffix : SUFFIXES) {
      if (word.endsWith(suffix) && word.length() - suffix.length() >= SHORTEST_STEM) {
        return tidied(word.substring(0, word.length() - suffix.length()));
      }
    }
    return tidied(word);
  }

  private static String tidied(String stem) {
    int last = stem.length() - 1;
    char end = stem.charAt(last);
    if (end == 'i') {
      return stem.substring(0, last) + 'y';
    }
    boolean doubled = last >= SHORTEST_STEM && stem.charAt(last - 1) == end;
    return doubled && "aeiou".indexOf(end) < 0 ? stem.substring(0, last) : stem;
  }
}
