package dev.freshet.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleRegistryTest {
  private static final String BACKBONE = "ab".repeat(32);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  @TempDir Path root;
  private ModuleRegistry registry;

  @BeforeEach
  void open() {
    registry = new ModuleRegistry(new LocalModuleStorage(root), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @Test
  void whatIsPublishedComesBackWhole() {
    var window = new ModuleManifest.DataWindow(NOW.minusSeconds(60), NOW.minusSeconds(1), 12_345);
    var gate = new ModuleManifest.GateVerdict(false, List.of("recall fell", "too few clicks"));
    ModuleManifest published =
        registry.publish(
            3,
            new ModuleManifest.Draft(
                method(), BACKBONE, 2, window, Map.of("ndcg@10", 0.625, "loss", 1e-3), gate),
            tensors());

    ModuleCheckpoint opened = registry.open(3, BACKBONE);

    assertThat(opened.manifest()).isEqualTo(published).isEqualTo(registry.manifest(3));
    assertThat(published.parent()).isEqualTo(2);
    assertThat(published.window()).isEqualTo(window);
    assertThat(published.gate()).isEqualTo(gate);
    assertThat(published.created()).isEqualTo(NOW);
    assertThat(published.parameters()).isEqualTo(9);
    assertThat(published.tensors()).isEqualTo(Sha256.of(root.resolve("3/modules.safetensors")));
    assertThat(opened.tensors().floats("layer.0.down")).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(opened.tensors().floats("layer.0.up")).containsExactly(7, 8, 9);
  }

  @Test
  void aCheckpointThatIsPublishedAgainHasItsTensorsByName() throws IOException {
    List<SafetensorsWriter.Tensor> many =
        Stream.of("h", "c", "a", "g", "b", "f", "e", "d")
            .map(name -> new SafetensorsWriter.Tensor(name, () -> new float[] {1}, 1))
            .toList();
    registry.publish(1, draft(), many);
    registry.publish(2, registry.open(1, BACKBONE));

    String bytes =
        Files.readString(root.resolve("2/modules.safetensors"), StandardCharsets.ISO_8859_1);
    assertThat(
            Stream.of("a", "b", "c", "d", "e", "f", "g", "h")
                .map(n -> bytes.indexOf("\"" + n + "\"")))
        .isSorted()
        .doesNotContain(-1);
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    ModuleManifest published = registry.publish(1, draft(), tensors());

    assertThat(registry.manifest(1)).isEqualTo(published);
    assertThat(published.parent()).isNull();
    assertThat(published.window()).isNull();
    assertThat(published.gate()).isNull();
  }

  @Test
  void generationsAreListedInOrderWithoutWhatWasNeverFinished() throws IOException {
    assertThat(registry.generations()).isEmpty();
    for (int generation : new int[] {10, 2, 1}) {
      registry.publish(generation, draft(), tensors());
    }
    Files.createDirectories(root.resolve(".publishing-left-by-a-crash"));
    Files.createDirectories(root.resolve("notes"));

    assertThat(registry.generations()).containsExactly(1, 2, 10);
  }

  @Test
  void whatAWriterLeftADayAgoIsClearedAway() throws IOException {
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(25)));
    Path left = root.resolve(".publishing-left-by-a-crash");
    Path slow = root.resolve(".publishing-is-written-to");
    for (Path staged : List.of(left, slow)) {
      Files.createDirectories(staged);
      Path file = Files.createFile(staged.resolve("modules.safetensors"));
      Files.setLastModifiedTime(file, staged.equals(left) ? old : FileTime.from(Instant.now()));
      Files.setLastModifiedTime(staged, old);
    }

    registry.publish(1, draft(), tensors());

    assertThat(left).doesNotExist();
    assertThat(slow).exists();
  }

  @Test
  void aGenerationIsPublishedOnceWhoeverIsFirst() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    var barrier = new CyclicBarrier(8);
    var attempts = new ArrayList<Future<ModuleManifest>>();
    for (int i = 0; i < 8; i++) {
      attempts.add(
          threads.submit(
              () -> {
                barrier.await();
                return registry.publish(1, draft(), tensors());
              }));
    }
    int succeeded = 0;
    for (Future<ModuleManifest> attempt : attempts) {
      try {
        attempt.get();
        succeeded++;
      } catch (java.util.concurrent.ExecutionException e) {
        assertThat(e.getCause())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("generation 1 is published already");
      }
    }
    threads.shutdown();
    assertThat(succeeded).isOne();
    assertThat(registry.open(1, BACKBONE).manifest().parameters()).isEqualTo(9);
    try (var entries = Files.list(root)) {
      assertThat(entries).hasSize(1);
    }
  }

  @Test
  void aFailureWhileWritingPublishesNothing() throws IOException {
    var broken = new SafetensorsWriter.Tensor("layer.0.up", () -> new float[2], 3);

    assertThatThrownBy(() -> registry.publish(1, draft(), List.of(broken)))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(registry.generations()).isEmpty();
    try (var entries = Files.list(root)) {
      assertThat(entries).isEmpty();
    }
  }

  @Test
  void publishedFilesCannotBeWrittenByAccident() {
    registry.publish(1, draft(), tensors());

    assertThat(Files.exists(root.resolve("1/modules.json"))).isTrue();
    assertThat(permissions("modules.json")).doesNotContain("w");
    assertThat(permissions("modules.safetensors")).doesNotContain("w");
  }

  private String permissions(String file) {
    try {
      return java.nio.file.attribute.PosixFilePermissions.toString(
          Files.getPosixFilePermissions(root.resolve("1").resolve(file)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anotherBackboneIsRefused() {
    registry.publish(1, draft(), tensors());

    assertRefused(() -> registry.open(1, "cd".repeat(32)))
        .hasMessageContaining(BACKBONE)
        .hasMessageContaining("cdcd");
  }

  @Test
  void aFileThatWasCutOffOrAlteredIsRefused() throws IOException {
    registry.publish(1, draft(), tensors());
    Path file = root.resolve("1/modules.safetensors");
    byte[] content = Files.readAllBytes(file);
    file.toFile().setWritable(true);

    Files.write(file, java.util.Arrays.copyOf(content, content.length - 1));
    assertRefused(() -> registry.open(1, BACKBONE)).hasMessageContaining("cut off");

    content[content.length - 1] ^= 1;
    Files.write(file, content);
    assertRefused(() -> registry.open(1, BACKBONE)).hasMessageContaining("altered");
  }

  @Test
  void whatWasNeverPublishedIsRefusedWithWhatThereIs() {
    registry.publish(4, draft(), tensors());

    assertRefused(() -> registry.open(5, BACKBONE))
        .hasMessageContaining("generation 5 is not in the registry")
        .hasMessageContaining("[4]");
  }

  @Test
  void aManifestMustBeUnderstoodWhole() throws IOException {
    registry.publish(1, draft(), tensors());
    Path file = root.resolve("1/modules.json");
    String text = Files.readString(file);
    file.toFile().setWritable(true);

    assertManifestRefused(file, text.replace("\"format\" : 1", "\"format\" : 2"), "format is 2");
    assertManifestRefused(file, text.replace("\"created\"", "\"made\""), "'made'");
    assertManifestRefused(file, text.replace("\"shared\"", "\"both\""), "was 'both'");
    assertManifestRefused(
        file, text.replace("\"generation\" : 1", "\"generation\" : 2"), "of generation 2");
    assertManifestRefused(file, text.replace("\"parameters\" : 9", "\"parameters\" : -9"), "-9");
    assertManifestRefused(file, text.replace("\"backbone\"", "\"parent\" : 1, \"parent\""), "JSON");
    assertManifestRefused(file, text.substring(0, text.length() / 2), "JSON");
    assertManifestRefused(file, text.replace(NOW.toString(), "yesterday"), "yesterday");
    Files.writeString(file, text, StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(registry.manifest(1).backbone()).isEqualTo(BACKBONE);
  }

  private void assertManifestRefused(Path file, String text, String reason) throws IOException {
    Files.writeString(file, text, StandardOpenOption.TRUNCATE_EXISTING);
    assertRefused(() -> registry.manifest(1)).hasMessageContaining(reason);
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(InvalidModelException.class);
  }

  private static ModuleManifest.Draft draft() {
    return new ModuleManifest.Draft(method(), BACKBONE, null, null, Map.of(), null);
  }

  private static JsonNode method() {
    return new ObjectMapper().createObjectNode().put("method", "iaa-l").put("inside_width", 4);
  }

  private static List<SafetensorsWriter.Tensor> tensors() {
    return List.of(
        new SafetensorsWriter.Tensor("layer.0.down", () -> new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
        new SafetensorsWriter.Tensor("layer.0.up", () -> new float[] {7, 8, 9}, 3));
  }
}
