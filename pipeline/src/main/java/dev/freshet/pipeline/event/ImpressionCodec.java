package dev.freshet.pipeline.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of {@code impressions}: the key is the query id in UTF-8, the value is JSON.
 *
 * <pre>
 * {"query_id": str, "query": str, "generation": int, "mode": "dense"|"lexical"|"hybrid",
 *  "explore": 0..1, "slots": [{"object_id": str, "rank": int, "probability": 0..1}, ...],
 *  "client_id"?: str, "timestamp": ISO-8601}
 * </pre>
 *
 * <p>Slots stand in the order shown; {@code rank} is where the search had put the document, and
 * differs from its position where chance moved it. Fields that are not known here are ignored, so
 * that nodes may be newer than their readers. Thread-safe.
 */
public final class ImpressionCodec {
  /** Longest query, UTF-16 units. */
  public static final int MAX_QUERY_CHARACTERS = 10_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private ImpressionCodec() {}

  /** The record's key. */
  public static byte[] key(String queryId) {
    return queryId.getBytes(UTF_8);
  }

  /** The record's value; {@link #decode} gives an equal impression. */
  public static byte[] encode(Impression impression) {
    ObjectNode object =
        JSON.createObjectNode()
            .put("query_id", impression.queryId())
            .put("query", impression.query())
            .put("generation", impression.generation())
            .put("mode", impression.mode().wireName())
            .put("explore", impression.explore());
    ArrayNode slots = object.putArray("slots");
    for (Impression.Slot slot : impression.slots()) {
      slots
          .addObject()
          .put("object_id", slot.objectId())
          .put("rank", slot.rank())
          .put("probability", slot.probability());
    }
    if (impression.clientId() != null) {
      object.put("client_id", impression.clientId());
    }
    return object.put("timestamp", impression.timestamp().toString()).toString().getBytes(UTF_8);
  }

  /**
   * The impression in a record's value.
   *
   * @throws MalformedRecordException with everything that is wrong with it
   */
  public static Impression decode(byte[] value) throws MalformedRecordException {
    JsonNode object = StrictJson.parse(value);
    if (!object.isObject()) {
      throw new MalformedRecordException(
          "an impression must be a JSON object, was " + StrictJson.kind(object));
    }
    List<FieldError> errors = new ArrayList<>();
    EventFields fields = new EventFields(object, "", errors);
    String queryId = fields.text("query_id", ClickCodec.MAX_NAME_CHARACTERS);
    String query = fields.text("query", MAX_QUERY_CHARACTERS);
    int generation = fields.whole("generation", 0, Integer.MAX_VALUE);
    SearchMode mode = mode(fields);
    double explore = fields.share("explore");
    List<Impression.Slot> slots = slots(fields, errors);
    String clientId = fields.optionalText("client_id", ClickCodec.MAX_NAME_CHARACTERS);
    Instant timestamp = fields.optionalTime("timestamp");
    if (timestamp == null && !fields.hasErrors()) {
      fields.refuse("timestamp", "is missing");
    }
    if (timestamp == null || fields.hasErrors()) {
      throw new MalformedRecordException(
          String.join("; ", errors.stream().map(FieldError::reason).toList()));
    }
    return new Impression(queryId, query, generation, mode, explore, slots, clientId, timestamp);
  }

  private static SearchMode mode(EventFields fields) {
    String name = fields.text("mode", ClickCodec.MAX_NAME_CHARACTERS);
    try {
      return name.isEmpty() ? SearchMode.HYBRID : SearchMode.of(name);
    } catch (IllegalArgumentException e) {
      fields.refuse(
          "mode", "must be %s, was \"%s\"".formatted(String.join(", ", SearchMode.names()), name));
      return SearchMode.HYBRID;
    }
  }

  private static List<Impression.Slot> slots(EventFields fields, List<FieldError> errors) {
    List<Impression.Slot> slots = new ArrayList<>();
    for (JsonNode node : fields.list("slots", Impression.MAX_SLOTS)) {
      String prefix = "slots." + slots.size() + ".";
      EventFields slot = new EventFields(node, prefix, errors);
      slots.add(
          new Impression.Slot(
              slot.objectId("object_id"),
              slot.whole("rank", 1, Integer.MAX_VALUE),
              slot.share("probability")));
    }
    return slots;
  }
}
