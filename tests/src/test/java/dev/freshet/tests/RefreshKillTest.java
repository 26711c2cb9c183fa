package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.registry.GenerationPublisher;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process is killed in every phase of a generation's life, again and again at another moment of
 * it: it always ends with that generation served, the older ones retired, and every document there.
 * {@code -Dfreshet.kills=30} is the long form.
 */
class RefreshKillTest {
  private static final int KILLS = Integer.getInteger("freshet.kills", 1);
  private static final int DOCUMENTS = 80;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** A look takes a few milliseconds; no phase but building lasts as long as this many. */
  private static final int MOST_LOOKS = 20;

  /** What can be under way. The short form takes the first ones. */
  private enum Phase {
    CATCHING_UP,
    SWITCH,
    PUBLISHED,
    COMPLETION,
    RETIREMENT;

    /** Whether a generation has come that far. */
    boolean isReached(FreshetClient client, int generation) {
      return switch (this) {
        case PUBLISHED -> client.has(generation);
        case CATCHING_UP -> client.has(generation) && client.progress(generation) > 0;
        case COMPLETION -> client.has(generation) && WRITTEN.contains(client.state(generation));
        case SWITCH -> client.served() == generation;
        case RETIREMENT -> generation < 3 || client.state(generation - 2).equals("RETIRED");
      };
    }
  }

  private static final Set<String> WRITTEN = Set.of("COMPLETE", "SERVED");

  private final Random random = new Random(20_261_123);

  @TempDir private Path data;
  private FreshetProcess process;
  private FreshetClient client;

  @AfterEach
  void stop() {
    process.close();
  }

  private void start() throws Exception {
    process =
        FreshetProcess.start(
            data,
            "up",
            "--data-dir",
            folder().toString(),
            "--port",
            "0",
            "--set",
            "kafka.partitions=2",
            "--set",
            "index.checkpointInterval=500ms");
    client = new FreshetClient(process.awaitReady());
  }

  private Path folder() {
    return data.resolve("freshet");
  }

  private GenerationRecord publish(int seed) {
    FreshetConfig config =
        ConfigLoader.load(
            null,
            Map.of(),
            Map.of(
                "dataDir",
                folder().toString(),
                "kafka.bootstrapServers",
                process.bootstrapServers()));
    return new GenerationPublisher(config, Clock.systemUTC())
        .publish(Checkpoints.write(data, seed, ModuleSides.SHARED));
  }

  @Test
  void aRefreshThatIsKilledConverges() throws Exception {
    start();
    for (int i = 0; i < DOCUMENTS; i++) {
      put(i, "note %d of the archive".formatted(i));
    }
    await().atMost(PATIENCE).until(() -> client.documents() == DOCUMENTS);
    for (int round = 1; round <= KILLS; round++) {
      int generation = publish(round).generation();
      int changed = random.nextInt(DOCUMENTS - 1);
      put(changed, "changed in round " + round);
      client.delete("d" + (DOCUMENTS - 1));
      Phase phase = Phase.values()[(round - 1) % Phase.values().length];
      await()
          .pollInterval(Duration.ofMillis(2))
          .atMost(PATIENCE)
          .until(() -> phase.isReached(client, generation));
      int looks = random.nextInt(MOST_LOOKS);
      for (int look = 0; look < looks; look++) {
        assertThat(client.served()).isGreaterThanOrEqualTo(generation - 1);
      }
      process.kill();
      start();
      await().atMost(PATIENCE).until(() -> client.served() == generation);
      if (generation > 2) {
        await().atMost(PATIENCE).until(() -> client.state(generation - 2).equals("RETIRED"));
      }
      String expected = "changed in round " + round;
      await().atMost(PATIENCE).until(() -> text(changed).equals(expected));
      await().atMost(PATIENCE).until(() -> client.documents() == DOCUMENTS - 1);
      var found = new TreeSet<String>();
      client.search("note of the archive", DOCUMENTS).forEach(hit -> found.add(hit.id()));
      assertThat(found).hasSize(DOCUMENTS - 1).doesNotContain("d" + (DOCUMENTS - 1));
      put(DOCUMENTS - 1, "back again");
      await().atMost(PATIENCE).until(() -> client.documents() == DOCUMENTS);
    }
    process.stop(20);
  }

  private void put(int number, String text) {
    client.put("[{\"id\": \"d%d\", \"text\": \"%s\"}]".formatted(number, text));
  }

  private String text(int number) {
    return client.document("d" + number).map(found -> found.path("text").asText()).orElse("");
  }
}
