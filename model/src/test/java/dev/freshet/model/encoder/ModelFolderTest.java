package dev.freshet.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFolderTest {
  @TempDir Path folder;

  @BeforeEach
  void write() {
    SeededBackbone.write(folder, new BackboneShape(1, 8, 2, 8, 64), 1, null);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> ModelFolder.read(folder))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void readsWhatTheFolderSays() throws IOException {
    write("sentence_bert_config.json", "{\"max_seq_length\": 48, \"do_lower_case\": false}");
    write(
        "config_sentence_transformers.json",
        "{\"prompts\": {\"query\": \"query: \", \"passage\": \"passage: \"}}");
    write("1_Pooling/config.json", "{\"pooling_mode_cls_token\": true}");
    ModelFolder model = ModelFolder.read(folder);
    assertThat(model.window()).isEqualTo(48);
    assertThat(model.queryPrefix()).isEqualTo("query: ");
    assertThat(model.passagePrefix()).isEqualTo("passage: ");
    assertThat(model.pooling()).isEqualTo(Pooling.CLS);
    assertThat(model.config().seed()).isEqualTo(1);
  }

  @Test
  void aFolderMayBeGivenInAnyWords() {
    Path roundabout = folder.resolve("1_Pooling/..");
    assertThat(ModelFolder.read(roundabout)).isEqualTo(ModelFolder.read(folder));
    // Relative, as the folder that a command is started in is: '.' and nothing before it.
    Path here = Path.of("").toAbsolutePath();
    Path relative = here.relativize(folder.toAbsolutePath());
    assertThat(ModelFolder.read(relative)).isEqualTo(ModelFolder.read(folder));
    assertThatThrownBy(() -> ModelFolder.read(Path.of(".")))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(here.resolve("model.safetensors") + " is missing");
  }

  @Test
  void meanPoolingAndWholeWindowByDefault() throws IOException {
    Files.delete(folder.resolve("1_Pooling/config.json"));
    Files.delete(folder.resolve("modules.json"));
    ModelFolder model = ModelFolder.read(folder);
    assertThat(model.pooling()).isEqualTo(Pooling.MEAN);
    assertThat(model.window()).isEqualTo(64);
    assertThat(model.queryPrefix()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "model_type, \"roberta\", bert",
    "hidden_act, \"gelu_new\", gelu",
    "position_embedding_type, \"relative_key\", absolute",
    "hidden_size, 9, a multiple of",
    "num_hidden_layers, 0, above 0",
    "vocab_size, \"many\", above 0",
    "pad_token_id, 999999, below vocab_size",
    "layer_norm_eps, 7, between 0 and 1",
  })
  void refusesAnotherArchitecture(String field, String value, String supported) throws IOException {
    Path file = folder.resolve("config.json");
    ObjectNode config = (ObjectNode) JsonFiles.read(file);
    config.set(field, JsonFiles.JSON.readTree(value));
    Files.writeString(file, config.toString());
    assertRefused("config.json", field, value.replace("\"", ""), supported);
  }

  @Test
  void refusesOtherPooling() throws IOException {
    write("1_Pooling/config.json", "{\"pooling_mode_max_tokens\": true}");
    assertRefused("pooling_mode_max_tokens", "mean or cls");
    write(
        "1_Pooling/config.json",
        "{\"pooling_mode_mean_tokens\": true, \"pooling_mode_cls_token\": true}");
    assertRefused("more than one pooling mode");
    write("1_Pooling/config.json", "{}");
    assertRefused("no pooling mode");
  }

  @Test
  void refusesModulesThatItDoesNotCompute() throws IOException {
    write("modules.json", "[{\"path\": \"2_Dense\", \"type\": \"sentence_transformers.Dense\"}]");
    assertRefused("sentence_transformers.Dense", "supported are");
    write("modules.json", "[{\"path\": \"../x\", \"type\": \"a.Transformer\"}]");
    assertRefused("outside of the folder");
  }

  @Test
  void refusesPickles() throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    assertRefused("model.safetensors is missing", "safe_serialization");
    write("pytorch_model.bin", "x");
    assertRefused("pytorch_model.bin", "only safetensors", "convert");
    write("model.safetensors.index.json", "{}");
    assertRefused("shards");
  }

  @Test
  void namesAMissingOrBrokenFile() throws IOException {
    write("config.json", "{");
    assertRefused("config.json", "not valid JSON");
    Files.delete(folder.resolve("config.json"));
    assertRefused("config.json is missing");
    Files.delete(folder.resolve("tokenizer.json"));
    assertRefused("tokenizer.json is missing");
    assertThatThrownBy(() -> ModelFolder.read(folder.resolve("none")))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("is not a folder");
  }

  @Test
  void refusesAWindowBeyondThePositions() throws IOException {
    write("sentence_bert_config.json", "{\"max_seq_length\": 65}");
    assertRefused("max_seq_length is 65", "(64)");
  }

  @Test
  void namesAMissingOrMisshapenTensor() {
    BertConfig config = ModelFolder.read(folder).config();
    Path file = folder.resolve("other.safetensors");
    SafetensorsWriter.Tensor words =
        new SafetensorsWriter.Tensor(
            "bert.embeddings.word_embeddings.weight", () -> new float[6], 3, 2);
    SafetensorsWriter.write(file, List.of(words), Map.of());
    assertThatThrownBy(() -> load(config, file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("word_embeddings")
        .hasMessageContaining("shape [3, 2], config.json asks for [" + config.vocabulary());
    SafetensorsWriter.write(file, List.of(), Map.of());
    assertThatThrownBy(() -> load(config, file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("not a BERT encoder");
  }

  @Test
  void takesTensorNamesWithTheirPrefix() {
    ModelFolder model = ModelFolder.read(folder);
    SafetensorsFile plain = SafetensorsFile.open(model.weights());
    Path file = folder.resolve("prefixed.safetensors");
    SafetensorsWriter.write(
        file,
        plain.names().stream()
            .map(
                name ->
                    new SafetensorsWriter.Tensor(
                        "bert." + name,
                        () -> plain.floats(name),
                        plain.info(name).shape().stream().mapToLong(n -> n).toArray()))
            .toList(),
        Map.of());
    List<int[]> sequence = List.of(new int[] {2, 70, 80, 3});
    try (BertModel prefixed = load(model.config(), file);
        BertModel original = load(model.config(), model.weights())) {
      assertThat(prefixed.embed(sequence, Pooling.MEAN))
          .isDeepEqualTo(original.embed(sequence, Pooling.MEAN));
    }
  }

  private static BertModel load(BertConfig config, Path file) {
    return new BertModel(config, SafetensorsFile.open(file), Device.cpu());
  }
}
