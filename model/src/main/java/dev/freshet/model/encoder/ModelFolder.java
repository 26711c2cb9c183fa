package dev.freshet.model.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.model.checkpoint.InvalidModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a Hugging Face or sentence-transformers folder says about its model.
 *
 * @param name the folder's own name
 * @param config the network's shape
 * @param tokenizer {@code tokenizer.json}
 * @param weights {@code model.safetensors}
 * @param pooling mean unless the folder says otherwise
 * @param window most tokens of a sequence, special tokens included
 * @param queryPrefix put before every query; empty for none
 * @param passagePrefix put before every passage; empty for none
 */
public record ModelFolder(
    String name,
    BertConfig config,
    Path tokenizer,
    Path weights,
    Pooling pooling,
    int window,
    String queryPrefix,
    String passagePrefix) {

  private static final String WEIGHTS = "model.safetensors";
  private static final List<String> PASSAGE_PROMPTS = List.of("document", "passage", "corpus");

  /**
   * Reads the folder's JSON files; the weights are only looked for.
   *
   * @throws InvalidModelException in a sentence that says what is wrong and what to do
   */
  public static ModelFolder read(Path given) {
    // So that '.' has a name, and what lies in it begins with it.
    Path folder = given.toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw new InvalidModelException(
          folder + " is not a folder: give a Hugging Face or sentence-transformers model folder");
    }
    SentenceModules modules = SentenceModules.read(folder);
    Path transformer = modules.transformer();
    Path weights = transformer.resolve(WEIGHTS);
    requireWeights(transformer, weights);
    Path tokenizer = transformer.resolve("tokenizer.json");
    if (!Files.isRegularFile(tokenizer)) {
      throw new InvalidModelException(
          tokenizer
              + " is missing: save the model's fast tokenizer into the folder"
              + " (AutoTokenizer.from_pretrained(...).save_pretrained(folder))");
    }
    BertConfig config = BertConfig.read(transformer.resolve("config.json"));
    JsonNode prompts =
        JsonFiles.readIfThere(folder.resolve("config_sentence_transformers.json")).path("prompts");
    return new ModelFolder(
        String.valueOf(folder.getFileName()),
        config,
        tokenizer,
        weights,
        modules.pooling(),
        window(transformer, config),
        prompts.path("query").asText(""),
        PASSAGE_PROMPTS.stream()
            .map(name -> prompts.path(name).asText(""))
            .filter(prompt -> !prompt.isEmpty())
            .findFirst()
            .orElse(""));
  }

  private static int window(Path transformer, BertConfig config) {
    Path file = transformer.resolve("sentence_bert_config.json");
    JsonNode length = JsonFiles.readIfThere(file).path("max_seq_length");
    if (length.isMissingNode() || length.isNull()) {
      return config.positions();
    }
    if (!length.isInt() || length.asInt() < 8 || length.asInt() > config.positions()) {
      throw new InvalidModelException(
          "%s: max_seq_length is %s, supported is 8 to max_position_embeddings (%d)"
              .formatted(file, length, config.positions()));
    }
    return length.asInt();
  }

  private static void requireWeights(Path folder, Path weights) {
    if (Files.isRegularFile(weights)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<String> others =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches(".*\\.(bin|pt|pth|pkl|ckpt|h5|msgpack|onnx)"))
              .sorted()
              .toList();
      String hint =
          others.isEmpty()
              ? "save the model with safe_serialization=True"
              : "the folder has "
                  + String.join(", ", others)
                  + ", but only safetensors is read, because a pickle can run code: convert it"
                  + " with save_pretrained(folder, safe_serialization=True)";
      if (Files.exists(folder.resolve(WEIGHTS + ".index.json"))) {
        hint = "the weights are in shards, which are not supported: save them as one file";
      }
      throw new InvalidModelException(weights + " is missing: " + hint);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
  }
}
