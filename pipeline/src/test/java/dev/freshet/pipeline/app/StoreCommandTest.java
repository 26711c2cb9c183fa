package dev.freshet.pipeline.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.model.checkpoint.Folders;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.StoreDirectory;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCommandTest {
  private static final int DOCUMENTS = 500;
  private static final int DIMENSIONS = 32;

  @TempDir private Path folder;
  private Path store;

  /** As the embedded stack leaves it: two generations, and the logs of their topics. */
  @BeforeEach
  void write() throws IOException {
    store = folder.resolve("store");
    for (String partition : List.of("vectors.1-0", "vectors.2-0", "vectors.2-1", "models-0")) {
      Files.createDirectories(folder.resolve("kafka/log/freshet." + partition));
    }
    // Opened twice: what was written moves from the log into files.
    try (VectorStore open = open()) {
      fill(open, 1);
      fill(open, 2);
    }
    open().close();
  }

  private VectorStore open() {
    return VectorStore.open(store, StoreSettings.defaults());
  }

  private static void fill(VectorStore open, int generation) {
    open.createGeneration(generation, DIMENSIONS);
    List<VectorRecord> batch = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      PassageVector passage = new PassageVector(0, 1, new float[DIMENSIONS]);
      byte[] payload = "{}".getBytes(UTF_8);
      batch.add(
          new VectorRecord.Upsert(
              "d" + i, generation, new Position(0, i), i, payload, List.of(passage)));
    }
    open.apply(generation, batch, Map.of(0, (long) DOCUMENTS));
    open.markComplete(generation);
  }

  private CommandRun run(String... words) {
    List<String> all = new ArrayList<>(List.of("store"));
    all.addAll(List.of(words));
    all.addAll(List.of("--data-dir", folder.toString()));
    return CommandRun.of(all.toArray(String[]::new));
  }

  /** Flips a byte in the data of every file of this size or more. */
  private void damage() throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".sst")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > DOCUMENTS * DIMENSIONS * Short.BYTES) {
          bytes[1_000] ^= 1;
          Files.write(file, bytes);
        }
      }
    }
  }

  @Test
  void verifySaysThatAllIsWell() throws IOException {
    Path json = folder.resolve("report.json");
    CommandRun run = run("verify", "--json", json.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().toList())
        .hasSize(4)
        .satisfies(lines -> assertThat(lines.get(1)).matches(" +1 +500 +500 +0 +0\\.\\d MiB  ok"))
        .last()
        .asString()
        .endsWith("store is as it should be");
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.path("sound").asBoolean()).isTrue();
    assertThat(report.path("generations").get(1).path("documents").asInt()).isEqualTo(DOCUMENTS);
  }

  @Test
  void verifyTellsTheFileAndRebuildMendsIt() throws IOException {
    damage();
    CommandRun found = run("verify");
    assertThat(found.exitCode()).isEqualTo(1);
    assertThat(found.out())
        .contains("DAMAGED", ".sst is damaged", "checksum mismatch")
        .contains("freshet store rebuild --generation 2 --data-dir " + folder);
    for (String generation : List.of("1", "2")) {
      CommandRun mended = run("rebuild", "--generation", generation);
      assertThat(mended.err()).isEmpty();
      assertThat(mended.exitCode()).isZero();
      assertThat(mended.out())
          .contains("generation %s is dropped".formatted(generation), "(500 documents)")
          .contains("it stands in freshet.vectors." + generation)
          .contains("at its next start 'freshet up' reads it from the beginning");
    }
    assertThat(run("verify").exitCode()).isZero();
    try (VectorStore open = open()) {
      assertThat(open.generations()).isEmpty();
    }
  }

  @Test
  void aGenerationIsRebuiltAndTheOtherStays() {
    assertThat(run("rebuild", "--generation", "1").exitCode()).isZero();
    try (VectorStore open = open()) {
      assertThat(open.generations().keySet()).containsExactly(2);
      open.createGeneration(1, DIMENSIONS);
      // Nothing of it is left: it is read from the beginning, and not complete until it is read.
      assertThat(open.offsets(1)).isEmpty();
      assertThat(open.isComplete(1)).isFalse();
      assertThat(open.counts(1).documents()).isZero();
      assertThat(open.isComplete(2)).isTrue();
      assertThat(open.counts(2).documents()).isEqualTo(DOCUMENTS);
    }
  }

  @Test
  void aStoreThatCannotBeOpenedIsRebuilt() throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      for (Path file : files.filter(each -> each.toString().contains("MANIFEST")).toList()) {
        Files.writeString(file, "nonsense");
      }
    }
    CommandRun found = run("verify");
    assertThat(found.exitCode()).isEqualTo(1);
    assertThat(found.out()).contains("is damaged", "freshet store rebuild --data-dir " + folder);
    CommandRun one = run("rebuild", "--generation", "1");
    assertThat(one.exitCode()).isEqualTo(1);
    assertThat(one.err()).contains("is damaged", "run 'freshet store rebuild'");
    CommandRun all = run("rebuild");
    assertThat(all.err()).isEmpty();
    assertThat(all.exitCode()).isZero();
    assertThat(all.out()).contains("freshet.vectors.1, freshet.vectors.2");
    assertThat(store).isEmptyDirectory();
    open().close();
  }

  @Test
  void nothingIsDroppedThatCouldNotBeFilledAgain() throws IOException {
    CommandRun unknown = run("rebuild", "--generation", "7");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("has no vectors of generation 7, it has those of [1, 2]");
    Files.move(
        folder.resolve("kafka/log/freshet.vectors.1-0"),
        folder.resolve("kafka/log/freshet.vectors.1-0.0123456789abcdef-delete"));
    CommandRun retired = run("rebuild", "--generation", "1");
    assertThat(retired.exitCode()).isEqualTo(1);
    assertThat(retired.err()).contains("nothing was dropped", "no topic freshet.vectors.1");
    CommandRun elsewhere = run("rebuild", "--set", "kafka.topicPrefix=other.");
    assertThat(elsewhere.exitCode()).isEqualTo(1);
    assertThat(elsewhere.err()).contains("nothing was dropped", "no topic other.vectors.G");
    assertThat(run("verify").out()).contains("as it should be");
  }

  /** A node of its own: its Kafka is elsewhere, and has to be asked. */
  @Test
  void nothingIsDroppedWhileTheBrokersAreAway() throws IOException {
    Folders.delete(folder.resolve("kafka"));
    for (List<String> what : List.of(List.<String>of(), List.of("--generation", "1"))) {
      List<String> words = new ArrayList<>(List.of("rebuild"));
      words.addAll(what);
      words.addAll(List.of("--set", "kafka.bootstrapServers=127.0.0.1:1"));
      words.addAll(List.of("--set", "kafka.properties.default.api.timeout.ms=300"));
      words.addAll(List.of("--set", "kafka.properties.request.timeout.ms=200"));
      CommandRun run = run(words.toArray(String[]::new));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("nothing was dropped", "Kafka at 127.0.0.1:1 cannot be used");
    }
    assertThat(run("verify").out()).contains("as it should be");
  }

  @Test
  void aFolderInUseOrWithoutAStoreIsRefused() throws IOException {
    try (DataDirectory held = DataDirectory.lock(folder)) {
      for (String what : List.of("verify", "rebuild")) {
        CommandRun run = run(what);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("is in use by another Freshet process", "stop that one");
      }
      assertThat(held.root()).exists();
    }
    StoreDirectory.delete(store);
    assertThat(run("verify").err()).contains("holds no store");
    Path none = folder.resolve("none");
    CommandRun missing = CommandRun.of("store", "verify", "--data-dir", none.toString());
    assertThat(missing.err()).contains("there is no data directory " + none);
    assertThat(none).doesNotExist();
    CommandRun bare = CommandRun.of("store");
    assertThat(bare.exitCode()).isEqualTo(2);
    assertThat(bare.err()).contains("freshet store verify");
  }
}
