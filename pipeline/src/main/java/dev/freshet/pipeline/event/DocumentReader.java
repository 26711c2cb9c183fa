package dev.freshet.pipeline.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one document from JSON and collects everything that is wrong with it. One per document. */
final class DocumentReader {
  /** A character is at most a six-byte escape in JSON. */
  private static final int MOST_BYTES_A_CHARACTER = 6;

  private static final int SHOWN_CHARACTERS = 60;

  private final List<FieldError> errors;
  private final int errorsBefore;
  private long characters;

  DocumentReader(List<FieldError> errors) {
    this.errors = errors;
    this.errorsBefore = errors.size();
  }

  @Nullable Document read(JsonNode object, String id) {
    try {
      DocumentCodec.requireId(id);
    } catch (MalformedRecordException e) {
      refuse("id", String.valueOf(e.getMessage()));
    }
    if (!object.isObject()) {
      refuse("", "a document must be a JSON object, was " + StrictJson.kind(object));
      return null;
    }
    String title = title(object.get("title"));
    String text = text(object.get("text"));
    Map<String, Object> attributes = attributes(object.get("attributes"));
    Instant timestamp = timestamp(object.get("timestamp"));
    if (errors.size() > errorsBefore) {
      return null;
    }
    Document document = new Document(id, title, text, attributes, timestamp);
    return fits(document) ? document : null;
  }

  private boolean fits(Document document) {
    // Encoding only to count would double the work for every ordinary document.
    if (characters * MOST_BYTES_A_CHARACTER + 4_096 <= DocumentCodec.MAX_VALUE_BYTES) {
      return true;
    }
    int bytes = DocumentCodec.encode(document).length;
    if (bytes <= DocumentCodec.MAX_VALUE_BYTES) {
      return true;
    }
    refuse(
        "",
        "a document must be at most %d bytes, was %d"
            .formatted(DocumentCodec.MAX_VALUE_BYTES, bytes));
    return false;
  }

  private String title(@Nullable JsonNode node) {
    String title = string("title", node);
    limit("title", title, DocumentCodec.MAX_TITLE_CHARACTERS);
    return title;
  }

  private String text(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      refuse("text", "text is missing");
      return "";
    }
    String text = string("text", node);
    if (node.isTextual() && text.isBlank()) {
      refuse("text", "text must not be blank");
    }
    return text;
  }

  private String string(String field, @Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return "";
    }
    if (!node.isTextual()) {
      refuse(field, field + " must be a string, was " + StrictJson.kind(node));
      return "";
    }
    String value = node.textValue();
    characters += value.length();
    int lone = StrictJson.indexOfLoneSurrogate(value);
    if (lone >= 0) {
      refuse(field, field + " holds half a character at index " + lone);
    }
    return value;
  }

  private void limit(String field, String value, int most) {
    if (value.length() > most) {
      refuse(
          field, "%s must be at most %d characters, was %d".formatted(field, most, value.length()));
    }
  }

  private Map<String, Object> attributes(@Nullable JsonNode node) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    if (node == null || node.isNull()) {
      return attributes;
    }
    if (!node.isObject()) {
      refuse("attributes", "attributes must be an object, was " + StrictJson.kind(node));
      return attributes;
    }
    if (node.size() > DocumentCodec.MAX_ATTRIBUTES) {
      refuse(
          "attributes",
          "attributes must be at most %d, were %d"
              .formatted(DocumentCodec.MAX_ATTRIBUTES, node.size()));
      return attributes;
    }
    node.properties()
        .forEach(
            attribute -> {
              Object value = attribute(attribute.getKey(), attribute.getValue());
              if (value != null) {
                attributes.put(attribute.getKey(), value);
              }
            });
    return attributes;
  }

  private @Nullable Object attribute(String name, JsonNode value) {
    if (name.isEmpty()
        || name.length() > DocumentCodec.MAX_ATTRIBUTE_NAME_CHARACTERS
        || StrictJson.indexOfLoneSurrogate(name) >= 0) {
      refuse(
          "attributes",
          "an attribute's name must be 1 to %d whole characters, was '%s' with %d"
              .formatted(DocumentCodec.MAX_ATTRIBUTE_NAME_CHARACTERS, shown(name), name.length()));
      return null;
    }
    characters += name.length();
    String field = "attributes." + name;
    if (value.isTextual()) {
      limit(field, value.textValue(), DocumentCodec.MAX_ATTRIBUTE_VALUE_CHARACTERS);
      return string(field, value);
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isNumber()) {
      if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
        refuse(field, field + " must be a number that a double can hold");
        return null;
      }
      characters += value.asText().length();
      return value.numberValue();
    }
    refuse(
        field, field + " must be a string, a number or a boolean, was " + StrictJson.kind(value));
    return null;
  }

  private @Nullable Instant timestamp(@Nullable JsonNode node) {
    String text = string("timestamp", node);
    if (node == null || !node.isTextual()) {
      return null;
    }
    Instant time = Timestamps.parse(text);
    if (time == null) {
      refuse("timestamp", Timestamps.refusal("timestamp", shown(text)));
    }
    return time;
  }

  private void refuse(String field, String reason) {
    errors.add(new FieldError(field, reason));
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
  }
}
