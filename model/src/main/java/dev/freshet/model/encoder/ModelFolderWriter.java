package dev.freshet.model.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes a model folder that {@link ModelFolder} and sentence-transformers read; pools by mean. */
public final class ModelFolderWriter {
  private static final String MODULES =
      """
      [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
       {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
      """;

  private ModelFolderWriter() {}

  /**
   * Files of the same names are replaced, the weights last.
   *
   * @param tokenizer the content of {@code tokenizer.json}
   * @param weights the tensors that the configuration asks for
   * @throws UncheckedIOException when the folder cannot be written
   */
  public static void write(
      Path folder, BertConfig config, JsonNode tokenizer, List<SafetensorsWriter.Tensor> weights) {
    try {
      Files.createDirectories(folder.resolve("1_Pooling"));
      write(folder.resolve("config.json"), config.toJson());
      write(folder.resolve("tokenizer.json"), tokenizer);
      write(folder.resolve("modules.json"), JsonFiles.JSON.readTree(MODULES));
      write(folder.resolve("1_Pooling/config.json"), pooling(config));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the model folder " + folder, e);
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, Map.of("format", "pt"));
  }

  private static ObjectNode pooling(BertConfig config) {
    ObjectNode node = JsonFiles.JSON.createObjectNode();
    node.put("word_embedding_dimension", config.hidden());
    return node.put("pooling_mode_mean_tokens", true).put("pooling_mode_cls_token", false);
  }

  private static void write(Path file, JsonNode json) throws IOException {
    Files.write(file, JsonFiles.JSON.writeValueAsBytes(json));
  }
}
