package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process is killed while a round tunes: after the restart the same interactions make one
 * generation, no more and no less. Part of the long form, {@code -Dfreshet.kills=30}: what a crash
 * leaves of a round is tested without a process too.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "freshet.kills", matches = "[1-9][0-9]*")
class RoundKillTest {
  /** One round takes longer than a refresh; the other phases are {@link RefreshKillTest}'s. */
  private static final int KILLS = Math.max(1, Integer.getInteger("freshet.kills", 1) / 6);

  private static final int SEARCHES = 240;
  private static final int MOST_LOOKS = 400;
  private static final String BEGINS = "a tuning round begins";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Random random = new Random(20_261_124);

  @TempDir private Path data;
  private FreshetProcess process;
  private FreshetClient client;

  private void start() throws Exception {
    String settings =
        "kafka.partitions=2 index.checkpointInterval=500ms tune.every=%1$d tune.least=%1$d tune.perClient=%1$d tune.attributionWindow=500ms tune.lateness=100ms tune.checkpointInterval=1s round.steps=60 round.batch=16 gate.least=10"
            .formatted(SEARCHES);
    List<String> arguments =
        Stream.concat(
                Stream.of("up", "--data-dir", folder().toString(), "--port", "0"),
                Stream.of(settings.split(" ")).flatMap(each -> Stream.of("--set", each)))
            .toList();
    process = FreshetProcess.start(data, arguments.toArray(String[]::new));
    client = new FreshetClient(process.awaitReady());
  }

  private Path folder() {
    return data.resolve("freshet");
  }

  @AfterEach
  void stop() {
    process.close();
  }

  @Test
  void aRoundThatIsKilledIsRunAgainOnce() throws Exception {
    start();
    new People(client).putDocuments();
    await().atMost(PATIENCE).until(() -> client.documents() == People.DOCUMENTS);
    for (int kill = 1; kill <= KILLS; kill++) {
      int next = kill + 1;
      long begun = rounds();
      new People(client).searchAndClick(SEARCHES, People.HONEST);
      await().atMost(PATIENCE).until(() -> moreSearches() && rounds() > begun);
      int looks = random.nextInt(MOST_LOOKS);
      for (int look = 0; look < looks; look++) {
        assertThat(client.served()).isBetween(1, next);
      }
      process.kill();
      start();
      await().atMost(PATIENCE).until(() -> moreSearches() && client.has(next));
      await()
          .atMost(PATIENCE)
          .until(() -> client.state(next).equals("REJECTED") || client.served() == next);
      assertThat(client.has(next + 1)).isFalse();
      assertThat(client.documents()).isEqualTo(People.DOCUMENTS);
    }
    process.stop(20);
  }

  /** Event time passes with events. */
  private boolean moreSearches() {
    new People(client).searchAndClick(1, People.HONEST);
    return true;
  }

  /** Rounds that have begun, by the log. */
  private long rounds() throws IOException {
    Path log = folder().resolve("logs").resolve("freshet.log");
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(BEGINS)).count();
    }
  }
}
