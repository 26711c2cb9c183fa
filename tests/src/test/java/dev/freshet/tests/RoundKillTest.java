package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.tests.Parts.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who tunes is killed while a round is trained, and while it is published: after the restart the
 * same interactions make one generation, no more and no less. Part of the long form, {@code
 * -Dfreshet.kills=30}: what a crash leaves of a round is tested without a process too.
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

  private static final String[] SETTINGS =
      "kafka.partitions=2 index.checkpointInterval=500ms tune.every=%1$d tune.least=%1$d tune.perClient=%1$d tune.attributionWindow=500ms tune.lateness=100ms tune.checkpointInterval=1s round.steps=60 round.batch=16 gate.least=10"
          .formatted(SEARCHES)
          .split(" ");

  private final Random random = new Random(20_261_124);

  @TempDir private Path folder;

  /** What is killed and started again. */
  private interface Victim {
    FreshetClient client();

    /** The data directory of the process that tunes. */
    Path data();

    Path registry();

    void killAndStart() throws Exception;
  }

  @Test
  void aRoundInOneProcessIsRunAgainOnce() throws Exception {
    try (var up = new Up(folder)) {
      converges(up);
    }
  }

  @Test
  void aRoundOfATuneJobByItselfIsRunAgainOnce() throws Exception {
    try (Parts parts = Parts.beside(folder, SETTINGS)) {
      for (Part part : Part.values()) {
        parts.start(part);
      }
      converges(
          new Victim() {
            @Override
            public FreshetClient client() {
              return parts.client();
            }

            @Override
            public Path data() {
              return parts.data(Part.TUNER);
            }

            @Override
            public Path registry() {
              return parts.registry();
            }

            @Override
            public void killAndStart() throws Exception {
              parts.killAndStart(Part.TUNER);
            }
          });
    }
  }

  /** The embedded stack. */
  private static final class Up implements Victim, AutoCloseable {
    private final Path folder;
    private FreshetProcess process;
    private FreshetClient client;

    Up(Path folder) throws Exception {
      this.folder = folder;
      process = start();
      client = new FreshetClient(process.awaitReady());
    }

    private FreshetProcess start() throws IOException {
      return FreshetProcess.start(
          folder,
          Stream.concat(
                  Stream.of("up", "--data-dir", data().toString(), "--port", "0"),
                  Stream.of(SETTINGS).flatMap(each -> Stream.of("--set", each)))
              .toArray(String[]::new));
    }

    @Override
    public FreshetClient client() {
      return client;
    }

    @Override
    public Path data() {
      return folder.resolve("freshet");
    }

    @Override
    public Path registry() {
      return data().resolve("registry");
    }

    @Override
    public void killAndStart() throws Exception {
      process.kill();
      process = start();
      client = new FreshetClient(process.awaitReady());
    }

    @Override
    public void close() {
      process.close();
    }
  }

  private void converges(Victim victim) throws Exception {
    new People(victim.client()).putDocuments();
    await().atMost(PATIENCE).until(() -> victim.client().documents() == People.DOCUMENTS);
    for (int kill = 1; kill <= KILLS; kill++) {
      Set<Integer> before = victim.client().numbers();
      List<Path> published = published(victim);
      long begun = rounds(victim);
      new People(victim.client()).searchAndClick(SEARCHES, People.HONEST);
      await().atMost(PATIENCE).until(() -> rounds(victim) > begun || moreSearches(victim, before));
      if (kill % 2 == 0) {
        await()
            .pollInterval(Duration.ofMillis(1))
            .atMost(PATIENCE)
            .until(() -> !published(victim).equals(published) || hasNew(victim.client(), before));
      } else {
        int looks = random.nextInt(MOST_LOOKS);
        for (int look = 0; look < looks; look++) {
          assertThat(victim.client().served()).isPositive();
        }
      }
      long killed = rounds(victim);
      victim.killAndStart();
      await().atMost(PATIENCE).until(() -> rounds(victim) > killed || moreSearches(victim, before));
      await().atMost(PATIENCE).until(() -> hasNew(victim.client(), before));
      Set<Integer> now = victim.client().numbers();
      assertThat(now).hasSize(before.size() + 1);
      int next = Collections.max(now);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  victim.client().state(next).equals("REJECTED")
                      || victim.client().served() == next);
      assertThat(victim.client().numbers()).isEqualTo(now);
      assertThat(victim.client().documents()).isEqualTo(People.DOCUMENTS);
    }
  }

  private static boolean hasNew(FreshetClient client, Set<Integer> before) {
    return client.numbers().size() > before.size();
  }

  /** Event time passes with events; whether the round is over already. */
  private static boolean moreSearches(Victim victim, Set<Integer> before) {
    new People(victim.client()).searchAndClick(1, People.HONEST);
    return hasNew(victim.client(), before);
  }

  /** What stands in the registry, what is on its way there too. */
  private static List<Path> published(Victim victim) throws IOException {
    if (!Files.isDirectory(victim.registry())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(victim.registry())) {
      return files.sorted().toList();
    }
  }

  /** Rounds that have begun, by the log. */
  private static long rounds(Victim victim) throws IOException {
    Path log = victim.data().resolve("logs").resolve("freshet.log");
    if (!Files.exists(log)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(BEGINS)).count();
    }
  }
}
