package dev.freshet.model.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.model.checkpoint.CacheFolder;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A complete model folder whose weights are drawn from a seed and not trained: something to run
 * before there is a real model. Equal arguments give equal bytes.
 *
 * <p>What it can do: token states stay near their word embeddings, so a mean-pooled vector is about
 * the mean of random vectors of the text's letter n-grams, which is a random projection of their
 * counts. Texts that share words are near each other; meaning it knows nothing of.
 */
public final class SeededBackbone {
  private static final String MARKER = "freshet_recipe.json";

  /** To be raised with every change that makes equal arguments give other bytes. */
  private static final int RECIPE_VERSION = 1;

  private static final Shape DEFAULT_SHAPE = new Shape(2, 128, 4, 256, 256);
  private static final long DEFAULT_SEED = 20220815;

  private SeededBackbone() {}

  /**
   * The size of a network.
   *
   * @param layers transformer layers
   * @param hidden width of a token state; a multiple of {@code heads}
   * @param heads attention heads a layer
   * @param ffn inner width of the feed-forward sub-layer
   * @param window most tokens of a sequence, at least 8
   */
  public record Shape(int layers, int hidden, int heads, int ffn, int window) {
    public Shape {
      if (layers < 1 || hidden < 1 || heads < 1 || ffn < 1 || window < 8 || hidden % heads != 0) {
        throw new IllegalArgumentException(
            ("a backbone needs sizes of at least 1, a window of at least 8 and a hidden size that"
                    + " heads divide, was layers %d, hidden %d, heads %d, ffn %d, window %d")
                .formatted(layers, hidden, heads, ffn, window));
      }
    }
  }

  /** Shape of the built-in backbone. */
  public static Shape defaultShape() {
    return DEFAULT_SHAPE;
  }

  /**
   * Writes a model folder; files of the same names are replaced, the weights last.
   *
   * @param tokenizerJson a BERT {@code tokenizer.json} to take along, or null for our own
   * @throws InvalidModelException when that tokenizer cannot be used
   * @throws UncheckedIOException when the folder cannot be written
   */
  public static void write(Path folder, Shape shape, long seed, @Nullable Path tokenizerJson) {
    JsonNode tokenizer =
        tokenizerJson == null
            ? WordPieceFile.json(SeededVocabulary.pieces())
            : JsonFiles.read(tokenizerJson);
    int vocabulary = vocabularySize(tokenizer);
    if (vocabulary == 0) {
      throw new InvalidModelException(tokenizerJson + " has no vocabulary under model.vocab");
    }
    try {
      Files.createDirectories(folder.resolve("1_Pooling"));
      write(folder.resolve("config.json"), config(shape, seed, vocabulary, tokenizer));
      write(folder.resolve("tokenizer.json"), tokenizer);
      write(folder.resolve("modules.json"), JsonFiles.JSON.readTree(MODULES));
      write(folder.resolve("1_Pooling/config.json"), pooling(shape));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the model folder " + folder, e);
    }
    List<SafetensorsWriter.Tensor> tensors = new SeededWeights(shape, seed, vocabulary).tensors();
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
  }

  private static final String MODULES =
      """
      [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
       {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
      """;

  private static ObjectNode pooling(Shape shape) {
    ObjectNode node = JsonFiles.JSON.createObjectNode();
    node.put("word_embedding_dimension", shape.hidden());
    return node.put("pooling_mode_mean_tokens", true).put("pooling_mode_cls_token", false);
  }

  private static ObjectNode config(Shape shape, long seed, int vocabulary, JsonNode tokenizer) {
    ObjectNode config = JsonFiles.JSON.createObjectNode().put("model_type", "bert");
    config.putArray("architectures").add("BertModel");
    config.put("vocab_size", vocabulary);
    config.put("hidden_size", shape.hidden());
    config.put("num_hidden_layers", shape.layers());
    config.put("num_attention_heads", shape.heads());
    config.put("intermediate_size", shape.ffn());
    config.put("hidden_act", "gelu");
    config.put("max_position_embeddings", shape.window());
    config.put("type_vocab_size", SeededWeights.TYPES);
    config.put("layer_norm_eps", 1e-12);
    config.put("pad_token_id", tokenizer.path("model").path("vocab").path("[PAD]").asInt(0));
    return config.put(BertConfig.SEED_KEY, seed);
  }

  private static int vocabularySize(JsonNode tokenizer) {
    int size = 0;
    for (JsonNode id : tokenizer.path("model").path("vocab")) {
      size = Math.max(size, id.asInt() + 1);
    }
    for (JsonNode token : tokenizer.path("added_tokens")) {
      size = Math.max(size, token.path("id").asInt() + 1);
    }
    return size;
  }

  private static void write(Path file, JsonNode json) throws IOException {
    Files.write(file, JsonFiles.JSON.writeValueAsBytes(json));
  }

  /**
   * The folder of the built-in backbone. Written on first use to the {@link CacheFolder}, and used
   * again as long as it was written by the same recipe.
   *
   * @throws UncheckedIOException when the cache folder cannot be written
   */
  public static Path builtIn() {
    Path cache = CacheFolder.path();
    Path folder = cache.resolve("built-in-backbone-v" + RECIPE_VERSION);
    ObjectNode recipe = JsonFiles.JSON.createObjectNode().put("version", RECIPE_VERSION);
    recipe.put("shape", DEFAULT_SHAPE.toString()).put("seed", DEFAULT_SEED);
    try {
      if (!isCurrent(folder, recipe)) {
        Files.createDirectories(cache);
        Path partial = Files.createTempDirectory(cache, "partial-");
        write(partial, DEFAULT_SHAPE, DEFAULT_SEED, null);
        write(partial.resolve(MARKER), recipe);
        AtomicFolders.publish(partial, folder, () -> isCurrent(folder, recipe));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write the built-in backbone to "
              + cache
              + ": set FRESHET_CACHE to a folder that can be written",
          e);
    }
    return folder;
  }

  private static boolean isCurrent(Path folder, JsonNode recipe) {
    Path marker = folder.resolve(MARKER);
    return Files.exists(marker) && JsonFiles.read(marker).toString().equals(recipe.toString());
  }
}
