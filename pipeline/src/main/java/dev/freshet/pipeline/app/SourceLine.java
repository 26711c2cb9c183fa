package dev.freshet.pipeline.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.StrictJson;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A line of a corpus in our field names. BEIR's {@code _id} and {@code metadata} become {@code id}
 * and {@code attributes}; what cannot be read stays as it is, for the server to put aside.
 */
final class SourceLine {
  private final byte[] bytes;
  private final @Nullable String id;

  private SourceLine(byte[] bytes, @Nullable String id) {
    this.bytes = bytes;
    this.id = id;
  }

  /** The line to send. Not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /** The document's id, or null where the line has none. */
  @Nullable String id() {
    return id;
  }

  static SourceLine of(byte[] line) {
    JsonNode node;
    try {
      node = StrictJson.parse(line);
    } catch (MalformedRecordException e) {
      return new SourceLine(line, null);
    }
    if (!(node instanceof ObjectNode object)) {
      return new SourceLine(line, null);
    }
    boolean renamed = rename(object, "_id", "id");
    renamed |= rename(object, "metadata", "attributes");
    String id = object.path("id").isTextual() ? object.path("id").textValue() : null;
    return new SourceLine(renamed ? object.toString().getBytes(StandardCharsets.UTF_8) : line, id);
  }

  private static boolean rename(ObjectNode object, String from, String to) {
    if (!object.has(from) || object.has(to)) {
      return false;
    }
    object.set(to, object.remove(from));
    return true;
  }
}
