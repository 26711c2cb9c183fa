package dev.freshet.training.feedback;

import dev.freshet.training.click.Impression;
import dev.freshet.training.corpus.CorpusQuery;
import java.time.Instant;
import java.util.Locale;

/**
 * A search that somebody made, what was shown, and what was clicked of it. Immutable and
 * thread-safe.
 *
 * @param query with the id that all searches for the same have
 * @param impression of a page of that query
 * @param hybridOf the generation whose two lists were fused for the page; 0 where it was filled
 *     otherwise
 * @param time of the search
 */
public record Interaction(CorpusQuery query, Impression impression, int hybridOf, Instant time) {
  /**
   * @throws IllegalArgumentException when the page is another query's
   */
  public Interaction {
    if (!query.id().equals(impression.page().queryId())) {
      throw new IllegalArgumentException(
          "the page is of query %s, not of %s".formatted(impression.page().queryId(), query.id()));
    }
  }

  /**
   * The query that people mean who type a text: the same whatever the case and the spaces are, so
   * that what they click adds up.
   */
  public static CorpusQuery query(String text) {
    String plain = text.strip().replaceAll("\\s+", " ");
    return new CorpusQuery(plain.toLowerCase(Locale.ROOT), plain, null);
  }
}
