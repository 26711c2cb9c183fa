package dev.freshet.pipeline.event;

import dev.freshet.pipeline.config.NearestName;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How documents are found, and what their scores are. */
public enum SearchMode {
  /** By vector: the inner product of the query with the document's best passage. */
  DENSE,

  /** By words: BM25 over title and text. Needs no encoder. */
  LEXICAL,

  /**
   * Both lists fused by reciprocal rank: the sum of {@code 1 / (60 + rank)} over the lists that
   * hold the document.
   */
  HYBRID;

  /** As in requests: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The names that {@link #of} knows. */
  public static List<String> names() {
    return Arrays.stream(values()).map(SearchMode::wireName).toList();
  }

  /**
   * The mode of that name.
   *
   * @throws IllegalArgumentException when there is none; the message names those that there are
   */
  public static SearchMode of(String name) {
    for (SearchMode mode : values()) {
      if (mode.wireName().equals(name)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "mode must be %s, was \"%s\"; %s"
            .formatted(String.join(", ", names()), name, NearestName.hint(name, names())));
  }
}
