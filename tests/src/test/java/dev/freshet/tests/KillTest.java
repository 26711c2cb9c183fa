package dev.freshet.tests;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The embedded stack is killed in the middle of a load, at seeded moments, and started again: every
 * change that was acknowledged is there, none twice, deletes stay deleted, and exactly the
 * malformed records are in {@code dead-letters}, each as often as it was sent. Nothing is left
 * outside the data directory.
 */
class KillTest {
  private static final int BATCHES = 20;
  private static final int BATCH = 60;
  private static final int MALFORMED = 5;
  private static final String ABSENT = "absent";
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Random random = new Random(20_261_122);
  private final Map<String, String> expected = new HashMap<>();

  /** Malformed records that were sent once, and those that were sent again around a kill. */
  private final Set<String> malformedOnce = new TreeSet<>();

  private final Set<String> malformedAgain = new TreeSet<>();
  private final ExecutorService killer = Executors.newSingleThreadExecutor();

  @TempDir Path data;
  // Replaced by the killer, while changes are sent.
  private volatile FreshetProcess process;
  private volatile FreshetClient client;

  @AfterEach
  void stop() {
    killer.shutdownNow();
    process.close();
  }

  @Test
  void nothingIsLostAndNothingComesTwice() throws Exception {
    int killed = 5 + random.nextInt(10);
    start();
    for (int i = 0; i < BATCHES; i++) {
      produceMalformed(i);
      boolean kill = i == killed;
      String batch = nextBatch(i, kill ? malformedAgain : malformedOnce);
      if (kill) {
        Future<?> restarted = killer.submit(this::killAndStart);
        deliver(batch);
        restarted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      deliver(batch);
      deleteOne(i);
    }

    await().atMost(PATIENCE).until(() -> differences().isEmpty());
    assertThat(client.documents())
        .isEqualTo(expected.values().stream().filter(text -> !text.equals(ABSENT)).count());
    var malformed = new TreeSet<>(malformedOnce);
    malformed.addAll(malformedAgain);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(letters().keySet()).isEqualTo(malformed));
    Map<String, Long> letters = letters();
    assertThat(malformedOnce).allSatisfy(sent -> assertThat(letters).containsEntry(sent, 1L));
    // Once more with nothing under way: the index of words was behind the store, or is anew.
    process.kill();
    start();
    assertWordsAreThoseOfTheStore();
    process.stop(10);
    assertThat(FreshetProcess.temporary(data)).isEmptyDirectory();
  }

  private void assertWordsAreThoseOfTheStore() {
    expected.forEach(
        (id, text) -> {
          boolean absent = text.equals(ABSENT);
          List<String> found = client.withWords(absent ? id : text.replaceFirst(".*mark -?", ""));
          if (absent) {
            assertThat(found).doesNotContain(id);
          } else {
            assertThat(found).contains(id);
          }
        });
  }

  /** How many letters stand in {@code dead-letters}, by what they hold. */
  private Map<String, Long> letters() {
    return DeadLetters.read(process.bootstrapServers(), "freshet.dead-letters").stream()
        .collect(groupingBy(DeadLetters.Letter::value, counting()));
  }

  /** By a producer that is not ours, past the checks of HTTP, each record once. */
  private void produceMalformed(int number) throws Exception {
    try (var producer = new PlainProducer(process.bootstrapServers())) {
      for (int i = 0; i < MALFORMED; i++) {
        String bad = "not JSON, number %d of batch %d".formatted(i, number);
        producer.send("freshet.documents", "bad-%d-%d".formatted(number, i), bad);
        malformedOnce.add(bad);
      }
    }
  }

  private void start() throws Exception {
    process =
        FreshetProcess.start(
            data,
            "up",
            "--data-dir",
            data.resolve("freshet").toString(),
            "--port",
            "0",
            "--set",
            "kafka.partitions=2",
            "--set",
            "index.checkpointInterval=500ms");
    client = new FreshetClient(process.awaitReady());
  }

  private Void killAndStart() throws Exception {
    process.kill();
    start();
    return null;
  }

  /**
   * Sends until it is acknowledged, as a producer with retries does; meanwhile the node may die.
   */
  private void deliver(String batch) {
    untilAcknowledged(() -> client.putLines(batch));
  }

  private void deleteOne(int number) {
    String id = anyId(number + 1);
    untilAcknowledged(() -> client.delete(id));
    expected.put(id, ABSENT);
  }

  private static void untilAcknowledged(Runnable request) {
    await()
        .atMost(PATIENCE)
        .ignoreException(UncheckedIOException.class)
        .until(
            () -> {
              request.run();
              return true;
            });
  }

  /** New documents, updates of older ones, and one malformed line. */
  private String nextBatch(int number, Set<String> malformed) {
    var lines = new StringBuilder();
    for (int i = 0; i < BATCH; i++) {
      String id = number > 0 && random.nextInt(4) == 0 ? anyId(number) : number + "-" + i;
      String text = "text %s of batch %d, mark %d".formatted(id, number, random.nextInt());
      expected.put(id, text);
      lines.append("{\"id\": \"%s\", \"text\": \"%s\"}\n".formatted(id, text));
    }
    String bad = "{\"id\": \"bad-" + number + "\", \"text\": ";
    malformed.add(bad);
    return lines.append(bad).append('\n').toString();
  }

  private String anyId(int before) {
    return random.nextInt(before) + "-" + random.nextInt(BATCH);
  }

  private Set<String> differences() {
    var different = new TreeSet<String>();
    expected.forEach(
        (id, text) -> {
          String actual =
              client.document(id).map(document -> document.path("text").asText()).orElse(ABSENT);
          if (!actual.equals(text)) {
            different.add(id);
          }
        });
    return different;
  }
}
