package dev.freshet.training.corpus;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A document of a collection.
 *
 * @param title empty where there is none
 * @param text never blank
 * @param attributes in the order of their names; values are {@link String}, {@link Number} or
 *     {@link Boolean}, for filters
 */
public record CorpusDocument(String id, String title, String text, Map<String, Object> attributes) {

  public CorpusDocument {
    attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
  }
}
