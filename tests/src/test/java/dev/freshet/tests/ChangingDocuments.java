package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Random;
import java.util.TreeSet;

/**
 * Documents of which one changes and one goes while a generation is built, and comes back after it:
 * whoever was killed meanwhile, all end as they should.
 */
final class ChangingDocuments {
  private static final int DOCUMENTS = 80;
  private static final String LAST = "d" + (DOCUMENTS - 1);
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Random random;
  private String changed = "";
  private String text = "";

  ChangingDocuments(Random random) {
    this.random = random;
  }

  void putAll(FreshetClient client) {
    for (int i = 0; i < DOCUMENTS; i++) {
      put(client, "d" + i, "note %d of the archive".formatted(i));
    }
    await().atMost(PATIENCE).until(() -> client.documents() == DOCUMENTS);
  }

  void change(FreshetClient client, int round) {
    changed = "d" + random.nextInt(DOCUMENTS - 1);
    text = "changed in round " + round;
    put(client, changed, text);
    client.delete(LAST);
  }

  /** The generation is served, the one before the last is retired, and every document is right. */
  void awaitServed(FreshetClient client, int generation) {
    await().atMost(PATIENCE).until(() -> client.served() == generation);
    if (generation > 2) {
      await().atMost(PATIENCE).until(() -> client.state(generation - 2).equals("RETIRED"));
    }
    await().atMost(PATIENCE).until(() -> text(client).equals(text));
    await().atMost(PATIENCE).until(() -> client.documents() == DOCUMENTS - 1);
    var found = new TreeSet<String>();
    client.search("note of the archive", DOCUMENTS).forEach(hit -> found.add(hit.id()));
    assertThat(found).hasSize(DOCUMENTS - 1).doesNotContain(LAST);
    put(client, LAST, "back again");
    await().atMost(PATIENCE).until(() -> client.documents() == DOCUMENTS);
  }

  private String text(FreshetClient client) {
    return client.document(changed).map(found -> found.path("text").asText()).orElse("");
  }

  private static void put(FreshetClient client, String id, String text) {
    client.put("[{\"id\": \"%s\", \"text\": \"%s\"}]".formatted(id, text));
  }
}
