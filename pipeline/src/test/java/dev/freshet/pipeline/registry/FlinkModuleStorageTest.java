package dev.freshet.pipeline.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.model.checkpoint.Folders;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkModuleStorageTest {
  @TempDir Path folder;

  @Test
  void oneProcessPublishesAndAnotherReadsACopy() throws Exception {
    ModuleManifest published = publish(registry("a"), 7);

    ModuleRegistry reader = registry("b");
    assertThat(reader.generations()).containsExactly(7);
    assertThat(reader.open(7, "backbone").manifest()).isEqualTo(published);
    assertThat(reader.open(7, "backbone").tensors().floats("up")).containsExactly(1, 2);
    // The copy is a folder that an encoder opens.
    assertThat(ModuleCheckpoint.open(folder.resolve("b/7"), "backbone").manifest())
        .isEqualTo(published);

    Folders.delete(folder.resolve("registry"));
    assertThat(reader.open(7, "backbone").manifest()).isEqualTo(published);
  }

  @Test
  void aPublishedGenerationStaysAsItIs() throws Exception {
    publish(registry("a"), 1);
    byte[] before = Files.readAllBytes(folder.resolve("registry/1/modules.json"));

    assertThatThrownBy(() -> publish(registry("b"), 1)).hasMessageContaining("already");

    assertThat(folder.resolve("registry/1/modules.json")).hasBinaryContent(before);
    assertThat(entries("registry")).containsExactly("1");
  }

  @Test
  void whatIsPublishedAfterTheRegistryWasEmptiedIsReadAnew() throws Exception {
    var storage = storage("a");
    for (String text : List.of("old", "new")) {
      Path staged = storage.stage();
      Files.writeString(staged.resolve("file"), text);
      storage.publish(staged, "1");
      assertThat(Files.readString(storage.file("1", "file"))).isEqualTo(text);
      Folders.delete(folder.resolve("registry"));
    }
  }

  @Test
  void aCopyOfWhatWasEmptiedSinceIsMadeAnewByTheNextProcess() throws Exception {
    publish(registry("a"), 7);
    registry("b").open(7, "backbone").tensors();
    Folders.delete(folder.resolve("registry"));
    assertThat(registry("b").open(7, "backbone").tensors().floats("up"))
        .as("what cannot be reached")
        .containsExactly(1, 2);

    ModuleManifest published = publish(registry("a"), 7, 3, 4);
    ModuleRegistry reader = registry("b");
    assertThat(reader.open(7, "backbone").manifest()).isEqualTo(published);
    assertThat(reader.open(7, "backbone").tensors().floats("up")).containsExactly(3, 4);
  }

  @Test
  void twoThatPublishAtOnceDoNotMix() throws Exception {
    var storage = storage("a");
    Path first = storage.stage();
    Path second = storage.stage();
    Files.writeString(first.resolve("file"), "first");
    Files.writeString(second.resolve("file"), "second");

    storage.publish(first, "1");

    assertThatThrownBy(() -> storage.publish(second, "1"))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(Files.readString(storage.file("1", "file"))).isEqualTo("first");
    assertThat(entries("a")).containsExactly("1");
  }

  @Test
  void whatIsNotThereIsSaid() throws Exception {
    assertThat(registry("a").generations()).isEmpty();
    assertThatThrownBy(() -> registry("a").manifest(3))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("generation 3 is not in the registry");
    assertThatThrownBy(
            () -> new FlinkModuleStorage(URI.create("nosuch://x/y"), folder.resolve("a")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nosuch");
  }

  private FlinkModuleStorage storage(String copies) throws IOException {
    return new FlinkModuleStorage(folder.resolve("registry").toUri(), folder.resolve(copies));
  }

  private ModuleRegistry registry(String copies) throws IOException {
    return new ModuleRegistry(storage(copies), Clock.systemUTC());
  }

  private static ModuleManifest publish(ModuleRegistry registry, int generation) {
    return publish(registry, generation, 1, 2);
  }

  private static ModuleManifest publish(ModuleRegistry registry, int generation, float... values) {
    var method = new ObjectMapper().createObjectNode().put("method", "adapter");
    return registry.publish(
        generation,
        new ModuleManifest.Draft(method, "backbone", null, null, Map.of(), null),
        List.of(new SafetensorsWriter.Tensor("up", () -> values, 2)));
  }

  private List<String> entries(String name) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(name))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
