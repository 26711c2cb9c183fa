package dev.freshet.pipeline.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.DocumentCodec;
import dev.freshet.pipeline.event.FieldError;
import dev.freshet.pipeline.event.StrictJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A document in a request. Stricter than the topic: a field that we do not know is a slip of the
 * client, which is there to be told.
 *
 * @param document null when there are errors
 * @param errors everything that is wrong
 */
record IncomingDocument(@Nullable Document document, List<FieldError> errors) {
  private static final List<String> FIELDS =
      List.of("id", "title", "text", "attributes", "timestamp");

  static IncomingDocument of(JsonNode node) {
    List<FieldError> errors = new ArrayList<>();
    if (!node.isObject()) {
      errors.add(
          new FieldError("", "a document must be a JSON object, was " + StrictJson.kind(node)));
      return new IncomingDocument(null, errors);
    }
    errors.addAll(Json.unknownFields(node, FIELDS));
    JsonNode id = node.get("id");
    if (id == null || !id.isTextual()) {
      String was = id == null ? "id is missing" : "id must be a string, was " + StrictJson.kind(id);
      errors.add(new FieldError("id", was));
    }
    // Without an id of its own it gets a valid one, so that the other fields are still checked.
    String known = id == null || !id.isTextual() ? "-" : id.textValue();
    Document document = DocumentCodec.check(node, known, errors);
    return new IncomingDocument(errors.isEmpty() ? document : null, errors);
  }

  /** Everything that is wrong, in one line. */
  String reason() {
    return String.join("; ", errors.stream().map(FieldError::reason).toList());
  }
}
