package dev.freshet.model.tuning;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.model.checkpoint.InvalidModelException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@link Tuning} from and to JSON. */
final class TuningJson {
  private static final String METHOD = "method";
  private static final String WORD_RANK = "word_rank";
  private static final String HEAD = "head";
  private static final String DEVIATION = "deviation";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  private static final Map<String, Class<?>> METHODS = methods();

  private TuningJson() {}

  private static Map<String, Class<?>> methods() {
    Map<String, Class<?>> methods = new TreeMap<>();
    JsonSubTypes names = TuningMethod.class.getAnnotation(JsonSubTypes.class);
    for (JsonSubTypes.Type type : names == null ? new JsonSubTypes.Type[0] : names.value()) {
      methods.put(type.name(), type.value());
    }
    return methods;
  }

  static Tuning parse(JsonNode json) {
    if (!(json instanceof ObjectNode object)) {
      throw new InvalidModelException("A tuning method is a JSON object, was " + json);
    }
    ObjectNode rest = object.deepCopy();
    JsonNode wordRank = rest.remove(WORD_RANK);
    JsonNode head = rest.remove(HEAD);
    JsonNode deviation = rest.remove(DEVIATION);
    requireKnownKeys(rest);
    try {
      return new Tuning(
          JSON.treeToValue(rest, TuningMethod.class),
          orElse(wordRank, WORD_RANK, Integer.class, 0),
          orElse(head, HEAD, Boolean.class, false),
          orElse(deviation, DEVIATION, Double.class, Tuning.DEFAULT_DEVIATION));
    } catch (JsonMappingException e) {
      Throwable cause = e.getCause();
      throw invalid(where(e), cause instanceof IllegalArgumentException ? cause : e);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw invalid("", e);
    }
  }

  /** Checked first, because a key that is misspelt is also one that is missing. */
  private static void requireKnownKeys(JsonNode json) {
    String method = json.path(METHOD).asText();
    Class<?> type = METHODS.get(method);
    if (type == null) {
      throw new InvalidModelException(
          "There is no tuning method '%s' under the key %s, there are %s"
              .formatted(method, METHOD, METHODS.keySet()));
    }
    Set<String> known = new TreeSet<>();
    JSON.getDeserializationConfig()
        .introspect(JSON.constructType(type))
        .findProperties()
        .forEach(property -> known.add(property.getName()));
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String key = entry.getKey();
      if (!key.equals(METHOD) && !known.contains(key)) {
        throw new InvalidModelException(
            "Tuning method %s has no key %s, its keys are %s".formatted(method, key, known));
      }
      if (entry.getValue().has(METHOD)) {
        requireKnownKeys(entry.getValue());
      }
    }
  }

  /** The key that the value stands under, followed by a colon; empty where it is the whole. */
  private static String where(JsonMappingException problem) {
    String keys =
        problem.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    return keys.isEmpty() ? "" : keys + ": ";
  }

  private static InvalidModelException invalid(String where, Throwable cause) {
    String message =
        cause instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : cause.getMessage();
    return new InvalidModelException("A tuning method cannot be read: " + where + message, cause);
  }

  private static <T> T orElse(@Nullable JsonNode value, String key, Class<T> type, T other)
      throws JsonProcessingException {
    if (value == null) {
      return other;
    }
    try {
      T read = value.isNull() ? null : JSON.treeToValue(value, type);
      if (read != null) {
        return read;
      }
    } catch (JsonMappingException e) {
      e.prependPath(Tuning.class, key);
      throw e;
    }
    throw new IllegalArgumentException(key + " must not be null");
  }

  static ObjectNode write(Tuning tuning) {
    ObjectNode json = JSON.valueToTree(tuning.method());
    if (tuning.wordRank() != 0) {
      json.put(WORD_RANK, tuning.wordRank());
    }
    if (tuning.head()) {
      json.put(HEAD, true);
    }
    if (tuning.deviation() != Tuning.DEFAULT_DEVIATION) {
      json.put(DEVIATION, tuning.deviation());
    }
    return json;
  }
}
