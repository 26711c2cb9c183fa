package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.SeededBackbone;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
  @TempDir Path folder;

  @Test
  void modulesThatCannotBeUsedAreWrongConfiguration() {
    Path model = folder.resolve("model");
    SeededBackbone.write(model, new BackboneShape(1, 8, 2, 8, 16), 3, null);
    FreshetConfig config =
        ConfigLoader.load(
            null,
            Map.of(),
            Map.of(
                "encoder.model", model.toString(),
                "encoder.modules", folder.resolve("nowhere").toString()));
    for (Side side : Side.values()) {
      assertThatThrownBy(() -> Models.acquire(config, side))
          .isInstanceOf(InvalidConfigException.class)
          .hasMessageStartingWith("encoder: ")
          .hasMessageContaining("nowhere is not a folder: give a module checkpoint");
    }
  }
}
