package dev.freshet.training.corpus;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a query is worded, by what it shares with the document that answers it. */
public enum QueryRegister {
  /** Words of the document, as typed into a search box. */
  TERMS,
  /** A natural question; shares some content words. */
  QUESTION,
  /** Everyday speech; shares no content word. */
  EVERYDAY;

  /** The name in files: lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The register of that label, empty when there is none. */
  public static Optional<QueryRegister> ofLabel(String label) {
    return Arrays.stream(values()).filter(register -> register.label().equals(label)).findFirst();
  }
}
