package dev.freshet.model.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.model.checkpoint.InvalidModelException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
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
    BertConfig config =
        new BertConfig(
            vocabulary,
            shape.hidden(),
            shape.layers(),
            shape.heads(),
            shape.ffn(),
            shape.window(),
            SeededWeights.TYPES,
            1e-12f,
            tokenizer.path("model").path("vocab").path("[PAD]").asInt(0),
            seed);
    ModelFolderWriter.write(
        folder, config, tokenizer, new SeededWeights(shape, seed, vocabulary).tensors());
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
}
