package dev.freshet.pipeline.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object and collects everything that is wrong with them. A field that
 * is null counts as absent. What was refused reads as empty, 0 or null. One per object.
 */
final class EventFields {
  private static final int SHOWN_CHARACTERS = 60;

  private final JsonNode object;
  private final String prefix;
  private final List<FieldError> errors;
  private final int errorsBefore;

  /**
   * @param prefix put before the names of fields in errors
   */
  EventFields(JsonNode object, String prefix, List<FieldError> errors) {
    this.object = object;
    this.prefix = prefix;
    this.errors = errors;
    this.errorsBefore = errors.size();
  }

  boolean hasErrors() {
    return errors.size() > errorsBefore;
  }

  private @Nullable JsonNode get(String field) {
    JsonNode node = object.get(field);
    return node == null || node.isNull() ? null : node;
  }

  private void missing(String field) {
    refuse(field, "is missing");
  }

  void refuse(String field, String reason) {
    errors.add(new FieldError(prefix + field, prefix + field + " " + reason));
  }

  /** A text that must be there, not blank. */
  String text(String field, int maxCharacters) {
    if (get(field) == null) {
      missing(field);
      return "";
    }
    String text = optionalText(field, maxCharacters);
    return text == null ? "" : text;
  }

  /** A text that may be absent; where it is there it is not blank. */
  @Nullable String optionalText(String field, int maxCharacters) {
    JsonNode node = get(field);
    if (node == null) {
      return null;
    }
    if (!node.isTextual()) {
      refuse(field, "must be a string, was " + StrictJson.kind(node));
      return null;
    }
    String text = node.textValue();
    int lone = StrictJson.indexOfLoneSurrogate(text);
    if (text.isBlank()) {
      refuse(field, "must not be blank");
    } else if (text.length() > maxCharacters) {
      refuse(
          field, "must be at most %d characters, was %d".formatted(maxCharacters, text.length()));
    } else if (lone >= 0) {
      refuse(field, "holds half a character at index " + lone);
    } else {
      return text;
    }
    return null;
  }

  /** The id of a document. */
  String objectId(String field) {
    JsonNode node = get(field);
    if (node == null) {
      missing(field);
      return "";
    }
    if (!node.isTextual()) {
      refuse(field, "must be a string, was " + StrictJson.kind(node));
      return "";
    }
    try {
      return DocumentCodec.requireId(node.textValue());
    } catch (MalformedRecordException e) {
      refuse(field, "cannot be a document's id: " + e.reason());
      return "";
    }
  }

  int whole(String field, int least, int most) {
    if (get(field) == null) {
      missing(field);
      return 0;
    }
    Integer number = optionalWhole(field, least, most);
    return number == null ? 0 : number;
  }

  @Nullable Integer optionalWhole(String field, int least, int most) {
    JsonNode node = get(field);
    if (node == null) {
      return null;
    }
    if (!node.isIntegralNumber()) {
      String was = node.isNumber() ? node.asText() : StrictJson.kind(node);
      refuse(field, "must be a whole number, was " + was);
      return null;
    }
    if (!node.canConvertToInt() || node.intValue() < least || node.intValue() > most) {
      refuse(field, "must be from %d to %d, was %s".formatted(least, most, shown(node.asText())));
      return null;
    }
    return node.intValue();
  }

  /** A number from 0 to 1 that must be there. */
  double share(String field) {
    JsonNode node = get(field);
    if (node == null) {
      missing(field);
      return 0;
    }
    if (!node.isNumber() || !(node.doubleValue() >= 0 && node.doubleValue() <= 1)) {
      String was = node.isNumber() ? shown(node.asText()) : StrictJson.kind(node);
      refuse(field, "must be a number from 0 to 1, was " + was);
      return 0;
    }
    return node.doubleValue();
  }

  @Nullable Instant optionalTime(String field) {
    JsonNode node = get(field);
    if (node == null) {
      return null;
    }
    if (!node.isTextual()) {
      refuse(field, "must be a string, was " + StrictJson.kind(node));
      return null;
    }
    Instant time = Timestamps.parse(node.textValue());
    if (time == null) {
      errors.add(
          new FieldError(
              prefix + field, Timestamps.refusal(prefix + field, shown(node.textValue()))));
    }
    return time;
  }

  /** The elements of a list that must be there. */
  Iterable<JsonNode> list(String field, int most) {
    JsonNode node = get(field);
    if (node == null) {
      missing(field);
      return List.of();
    }
    if (!node.isArray()) {
      refuse(field, "must be a list, was " + StrictJson.kind(node));
      return List.of();
    }
    if (node.size() > most) {
      refuse(field, "must be at most %d, were %d".formatted(most, node.size()));
      return List.of();
    }
    return node;
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
  }
}
