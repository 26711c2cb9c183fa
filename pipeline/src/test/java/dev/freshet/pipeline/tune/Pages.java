package dev.freshet.pipeline.tune;

import org.jspecify.annotations.Nullable;

/** Pages for tests. */
final class Pages {
  private Pages() {}

  /** Of three documents, as ranked. */
  static ShownPage shown(String queryId, @Nullable String client, long millis) {
    return shown(queryId, "what", client, millis);
  }

  private static ShownPage shown(
      String queryId, String query, @Nullable String client, long millis) {
    return new ShownPage(
        queryId,
        query,
        0.05,
        new String[] {"a", "b", "c"},
        new int[] {1, 2, 3},
        null,
        0,
        client,
        millis);
  }

  static ClickedPage clicked(String queryId, @Nullable String client, long millis) {
    return new ClickedPage(shown(queryId, client, millis), new int[] {2});
  }

  /** Somebody asked for something, and clicked on the second document. */
  static ClickedPage asked(String query, long millis) {
    return new ClickedPage(shown("q" + millis, query, null, millis), new int[] {2});
  }
}
