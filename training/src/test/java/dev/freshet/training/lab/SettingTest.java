package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.TinyWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One file of weights makes other vectors with another pooling, tokenizer or prefix. */
class SettingTest {
  @TempDir private Path folder;
  private Setting.Backbone before;

  @BeforeEach
  void write() {
    try (Backbone backbone = TinyWorld.backbone(folder)) {
      before = Setting.Backbone.of(backbone);
    }
  }

  private Setting.Backbone now(EncoderSettings settings) {
    try (Backbone backbone = Backbone.open(folder, settings)) {
      return Setting.Backbone.of(backbone);
    }
  }

  @Test
  void poolingTellsBackbonesApart() throws IOException {
    Files.writeString(
        folder.resolve("1_Pooling/config.json"), "{\"pooling_mode_cls_token\": true}");
    Setting.Backbone now = now(EncoderSettings.defaults());
    assertThat(before.pooling()).isEqualTo("mean");
    assertThat(now.pooling()).isEqualTo("cls");
    assertThat(now.sha256()).isEqualTo(before.sha256());
  }

  @Test
  void theTokenizerTellsBackbonesApart() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), "\n", StandardOpenOption.APPEND);
    Setting.Backbone now = now(EncoderSettings.defaults());
    assertThat(now.tokenizer()).hasSize(64).isNotEqualTo(before.tokenizer());
  }

  @Test
  void prefixesTellBackbonesApartWhereverTheyComeFrom() throws IOException {
    Files.writeString(
        folder.resolve("config_sentence_transformers.json"),
        "{\"prompts\": {\"query\": \"a \", \"passage\": \"b \"}}");
    Setting.Backbone ofFolder = now(EncoderSettings.defaults());
    assertThat(ofFolder.queryPrefix()).isEqualTo("a ");
    assertThat(ofFolder.passagePrefix()).isEqualTo("b ");
    EncoderSettings given =
        new EncoderSettings(null, null, "cpu", 0, 512, Duration.ZERO, null, "c ", "", 32, 64);
    assertThat(now(given).queryPrefix()).isEqualTo("c ");
    assertThat(now(given).passagePrefix()).isEmpty();
  }
}
