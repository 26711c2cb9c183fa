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
   * Writes a model folder; files of the same names are replaced, the weights last.
   *
   * @param tokenizerJson a BERT {@code tokenizer.json} to take along, or null for our own
   * @throws InvalidModelException when that tokenizer cannot be used
   * @throws UncheckedIOException when the folder cannot be written
   */
  public static void write(
      Path folder, BackboneShape shape, long seed, @Nullable Path tokenizerJson) {
    JsonNode tokenizer =
        tokenizerJson == null
            ? WordPieceFile.json(SeededVocabulary.pieces())
            : JsonFiles.read(tokenizerJson);
    int vocabulary = vocabularySize(tokenizer);
    if (vocabulary == 0) {
      throw new InvalidModelException(tokenizerJson + " has no vocabulary under model.vocab");
    }
    int padToken = tokenizer.path("model").path("vocab").path("[PAD]").asInt(0);
    BertConfig config = shape.config(vocabulary, padToken, seed);
    ModelFolderWriter.write(folder, config, tokenizer, SeededWeights.of(config, seed));
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
