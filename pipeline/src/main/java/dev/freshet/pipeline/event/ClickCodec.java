package dev.freshet.pipeline.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of {@code clicks}: the key is the query id in UTF-8, the value is JSON in the field
 * names of User Behavior Insights.
 *
 * <pre>
 * {"query_id": str, "client_id"?: str, "action_name": str, "object_id": str, "position"?: int,
 *  "timestamp"?: ISO-8601}
 * </pre>
 *
 * <p>A field that is null counts as absent. Fields that are not known here are ignored: events of
 * User Behavior Insights have more. Thread-safe.
 */
public final class ClickCodec {
  /** Longest query id, client id and action name, UTF-16 units. */
  public static final int MAX_NAME_CHARACTERS = 128;

  /** Last position that can be clicked. */
  public static final int MAX_POSITION = 1_000_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private ClickCodec() {}

  /** The record's key. */
  public static byte[] key(String queryId) {
    return queryId.getBytes(UTF_8);
  }

  /** The record's value; {@link #decode} gives an equal event. Equal events, equal bytes. */
  public static byte[] encode(Click click) {
    ObjectNode object = JSON.createObjectNode().put("query_id", click.queryId());
    if (click.clientId() != null) {
      object.put("client_id", click.clientId());
    }
    object.put("action_name", click.actionName()).put("object_id", click.objectId());
    if (click.position() != null) {
      object.put("position", click.position());
    }
    if (click.timestamp() != null) {
      object.put("timestamp", click.timestamp().toString());
    }
    return object.toString().getBytes(UTF_8);
  }

  /**
   * The event in a record's value.
   *
   * @throws MalformedRecordException with everything that is wrong with it
   */
  public static Click decode(byte[] value) throws MalformedRecordException {
    List<FieldError> errors = new ArrayList<>();
    Click click = check(StrictJson.parse(value), errors);
    if (click == null) {
      throw new MalformedRecordException(
          String.join("; ", errors.stream().map(FieldError::reason).toList()));
    }
    return click;
  }

  /**
   * Like {@link #decode}, for callers that report field by field.
   *
   * @param errors receives everything that is wrong
   * @return the event, or null when anything is wrong
   */
  public static @Nullable Click check(JsonNode object, List<FieldError> errors) {
    if (!object.isObject()) {
      errors.add(
          new FieldError("", "an event must be a JSON object, was " + StrictJson.kind(object)));
      return null;
    }
    EventFields fields = new EventFields(object, "", errors);
    String queryId = fields.text("query_id", MAX_NAME_CHARACTERS);
    String clientId = fields.optionalText("client_id", MAX_NAME_CHARACTERS);
    String actionName = fields.text("action_name", MAX_NAME_CHARACTERS);
    String objectId = fields.objectId("object_id");
    Integer position = fields.optionalWhole("position", 1, MAX_POSITION);
    Instant timestamp = fields.optionalTime("timestamp");
    return fields.hasErrors()
        ? null
        : new Click(queryId, clientId, actionName, objectId, position, timestamp);
  }
}
