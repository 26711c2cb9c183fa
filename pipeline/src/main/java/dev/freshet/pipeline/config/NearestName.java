package dev.freshet.pipeline.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody probably meant. */
public final class NearestName {
  private NearestName() {}

  /**
   * The known name with the fewest edits to the given one, if it is near enough to be a slip: at
   * most a third of the letters, case aside. A dotted name is also found by its last part alone.
   */
  public static Optional<String> of(String name, Collection<String> known) {
    String wanted = name.toLowerCase(Locale.ROOT);
    String best = null;
    int bestEdits = Integer.MAX_VALUE;
    for (String candidate : known) {
      String lower = candidate.toLowerCase(Locale.ROOT);
      int edits = edits(wanted, lower);
      if (wanted.indexOf('.') < 0) {
        edits = Math.min(edits, edits(wanted, lower.substring(lower.lastIndexOf('.') + 1)));
      }
      if (edits < bestEdits) {
        best = candidate;
        bestEdits = edits;
      }
    }
    return best != null && bestEdits <= Math.max(1, name.length() / 3)
        ? Optional.of(best)
        : Optional.empty();
  }

  /** "did you mean 'x'?", or the whole list where nothing is near. */
  public static String hint(String name, Collection<String> known) {
    return of(name, known)
        .map(nearest -> "did you mean '" + nearest + "'?")
        .orElseGet(() -> "known are " + String.join(", ", known));
  }

  /** Levenshtein distance, two rows at a time. */
  private static int edits(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    int[] row = new int[b.length() + 1];
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, 1 + Math.min(previous[j], row[j - 1]));
      }
      int[] swap = previous;
      previous = row;
      row = swap;
    }
    return previous[b.length()];
  }
}
