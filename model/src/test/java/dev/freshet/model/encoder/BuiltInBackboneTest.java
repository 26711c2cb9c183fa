package dev.freshet.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltInBackboneTest {
  private static final String PROPERTY = "freshet.cache";

  @TempDir private Path cache;
  private @Nullable String before;

  @BeforeEach
  void useAnEmptyCache() {
    before = System.getProperty(PROPERTY);
    System.setProperty(PROPERTY, cache.toString());
  }

  @AfterEach
  void goBack() {
    if (before == null) {
      System.clearProperty(PROPERTY);
    } else {
      System.setProperty(PROPERTY, before);
    }
  }

  @Test
  void isUnpackedOnceAndAgainAfterDamage() throws IOException {
    Path folder = BuiltInBackbone.folder();
    Path weights = folder.resolve("model.safetensors");
    FileTime written = Files.getLastModifiedTime(weights);
    long length = Files.size(weights);
    assertThat(BuiltInBackbone.folder()).isEqualTo(folder);
    assertThat(Files.getLastModifiedTime(weights)).isEqualTo(written);

    Files.write(weights, new byte[100]);
    Files.delete(folder.resolve("config.json"));
    assertThat(BuiltInBackbone.folder()).isEqualTo(folder);
    assertThat(weights).hasSize(length);
    assertThat(ModelFolder.read(folder).config().layers()).isEqualTo(3);
    assertThat(cache.toFile().list()).hasSize(1);
  }

  @Test
  void isSmallEnoughToBringAlong() throws IOException {
    Path weights = BuiltInBackbone.folder().resolve("model.safetensors");
    assertThat(Files.size(weights)).isLessThan(12_000_000);
  }
}
