package dev.freshet.pipeline.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.pipeline.config.NearestName;
import dev.freshet.pipeline.event.FieldError;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.StrictJson;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON in requests and answers. */
final class Json {
  static final String CONTENT_TYPE = "application/json";
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private static final int SHOWN_UNKNOWN_FIELDS = 20;

  private Json() {}

  static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer cannot be written as JSON", e);
    }
  }

  static void answer(Context context, int status, Object value) {
    context.status(status).contentType(CONTENT_TYPE).result(bytes(value));
  }

  /** The value in a body. */
  static JsonNode parse(byte[] body) {
    try {
      return StrictJson.parse(body);
    } catch (MalformedRecordException e) {
      throw new ProblemException(400, "the body " + e.getMessage());
    }
  }

  /** The body as an object that has only these fields. */
  static JsonNode object(byte[] body, List<String> known) {
    JsonNode object = parse(body);
    if (!object.isObject()) {
      throw new ProblemException(
          400, "the body must be a JSON object, was " + StrictJson.kind(object));
    }
    List<FieldError> errors = unknownFields(object, known);
    if (!errors.isEmpty()) {
      throw new ProblemException(400, errors.get(0).reason(), Map.of("errors", errors));
    }
    return object;
  }

  /** What is wrong with the fields that are not known: of the first ones each, then in sum. */
  static List<FieldError> unknownFields(JsonNode object, List<String> known) {
    List<FieldError> errors = new ArrayList<>();
    int unknown = 0;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = field.getKey();
      if (!known.contains(name) && ++unknown <= SHOWN_UNKNOWN_FIELDS) {
        errors.add(new FieldError(shown(name), unknownField(shown(name), known)));
      }
    }
    if (unknown > SHOWN_UNKNOWN_FIELDS) {
      errors.add(
          new FieldError("", "%,d more unknown fields".formatted(unknown - SHOWN_UNKNOWN_FIELDS)));
    }
    return errors;
  }

  private static String shown(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64) + "…";
  }

  private static String unknownField(String name, List<String> known) {
    return "unknown field '" + name + "'; " + NearestName.hint(name, known);
  }

  /** The text of a field, when it is one that a model can read. */
  static String text(String field, @Nullable JsonNode node) {
    if (node == null || !node.isTextual()) {
      throw refuse(
          field,
          field + " must be a string, was " + (node == null ? "missing" : StrictJson.kind(node)));
    }
    String text = node.textValue();
    if (text.isBlank()) {
      throw refuse(field, field + " must not be blank");
    }
    int lone = StrictJson.indexOfLoneSurrogate(text);
    if (lone >= 0) {
      throw refuse(field, field + " holds half a character at index " + lone);
    }
    return text;
  }

  /** A problem with one field. */
  static ProblemException refuse(String field, String reason) {
    return new ProblemException(
        400, reason, Map.of("errors", List.of(Map.of("field", field, "reason", reason))));
  }
}
