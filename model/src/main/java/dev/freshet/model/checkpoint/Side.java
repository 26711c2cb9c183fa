package dev.freshet.model.checkpoint;

import java.util.Locale;

/** The two sides of a search, which a model may treat differently. */
public enum Side {
  /** Texts that people search with. */
  QUERY,
  /** Texts that are found. */
  DOCUMENT;

  /** As files and messages have it: {@code query}, {@code document}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
