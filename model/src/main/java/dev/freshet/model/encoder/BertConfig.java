package dev.freshet.model.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.model.checkpoint.InvalidModelException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a BERT encoder, as {@code config.json} gives it.
 *
 * @param vocabulary rows of the word embedding table
 * @param hidden width of a token state
 * @param layers number of transformer layers
 * @param heads attention heads a layer; divides {@code hidden}
 * @param ffn inner width of the feed-forward sub-layer
 * @param positions most tokens of a sequence
 * @param types rows of the token type table
 * @param layerNormEps added to the variance in every layer norm
 * @param padToken the id that fills up shorter rows of a batch
 * @param seed what the weights were drawn from, where they are random and not trained
 */
public record BertConfig(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int ffn,
    int positions,
    int types,
    float layerNormEps,
    int padToken,
    @Nullable Long seed) {

  /** The key by which {@link SeededBackbone} marks weights that nobody trained. */
  static final String SEED_KEY = "freshet_seed";

  /**
   * Reads and checks a {@code config.json}.
   *
   * @throws InvalidModelException naming the field, its value and what is supported
   */
  public static BertConfig read(Path file) {
    JsonNode json = JsonFiles.read(file);
    requireText(file, json, "model_type", "bert", "");
    requireText(file, json, "hidden_act", "gelu", "gelu");
    requireText(file, json, "position_embedding_type", "absolute", "absolute");
    int hidden = positive(file, json, "hidden_size");
    int heads = positive(file, json, "num_attention_heads");
    if (hidden % heads != 0) {
      throw invalid(
          file, "hidden_size", hidden, "a multiple of num_attention_heads (" + heads + ")");
    }
    int vocabulary = positive(file, json, "vocab_size");
    int padToken = json.path("pad_token_id").asInt(0);
    if (padToken < 0 || padToken >= vocabulary) {
      throw invalid(file, "pad_token_id", padToken, "an id below vocab_size (" + vocabulary + ")");
    }
    double eps = json.path("layer_norm_eps").asDouble(1e-12);
    if (!(eps > 0 && eps < 1)) {
      throw invalid(file, "layer_norm_eps", eps, "a number between 0 and 1");
    }
    return new BertConfig(
        vocabulary,
        hidden,
        positive(file, json, "num_hidden_layers"),
        heads,
        positive(file, json, "intermediate_size"),
        positive(file, json, "max_position_embeddings"),
        json.has("type_vocab_size") ? positive(file, json, "type_vocab_size") : 2,
        (float) eps,
        padToken,
        json.has(SEED_KEY) ? (Long) json.get(SEED_KEY).asLong() : null);
  }

  /** The content of a {@code config.json} that {@link #read} reads. */
  public ObjectNode toJson() {
    ObjectNode json = JsonFiles.JSON.createObjectNode().put("model_type", "bert");
    json.putArray("architectures").add("BertModel");
    json.put("vocab_size", vocabulary);
    json.put("hidden_size", hidden);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("intermediate_size", ffn);
    json.put("hidden_act", "gelu");
    json.put("max_position_embeddings", positions);
    json.put("type_vocab_size", types);
    // Through its decimal form: as a double a float has digits that nobody wrote.
    json.put("layer_norm_eps", Double.parseDouble(Float.toString(layerNormEps)));
    json.put("pad_token_id", padToken);
    return seed == null ? json : json.put(SEED_KEY, seed);
  }

  /** Width of one attention head. */
  public int headSize() {
    return hidden / heads;
  }

  private static void requireText(
      Path file, JsonNode json, String field, String supported, String whenMissing) {
    String value = json.path(field).asText(whenMissing);
    if (!value.equals(supported)) {
      throw invalid(file, field, "'" + value + "'", "'" + supported + "'");
    }
  }

  private static int positive(Path file, JsonNode json, String field) {
    JsonNode node = json.path(field);
    if (!node.isInt() || node.asInt() < 1) {
      throw invalid(file, field, node.isMissingNode() ? "missing" : node, "a whole number above 0");
    }
    return node.asInt();
  }

  private static InvalidModelException invalid(
      Path file, String field, Object value, String supported) {
    return new InvalidModelException(
        "%s: %s is %s, supported is %s".formatted(file, field, value, supported));
  }
}
