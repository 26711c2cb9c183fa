package dev.freshet.pipeline.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of {@code models}: the key is the generation in decimal digits, the value JSON.
 *
 * <pre>
 * {"generation": 2, "state": "COMPLETE", "fingerprint": "...", "description": "...",
 *  "origin": "REGISTRY", "vectors": 2, "denseWeight": 1, "target": {"0": 17},
 *  "required": {"0": 17}, "wasServed": false,
 *  "round": {"from": "...", "to": "...", "ending": "PUBLISHED", "against": 2}, "reasons": ["..."],
 *  "metrics": {"nDCG@10": 0.5}, "time": "..."}
 * </pre>
 *
 * Fields that a later version adds are passed over. An earlier version wrote no {@code
 * denseWeight}: both lists counted alike; and no {@code round}, which stands only in a generation
 * that a round led to.
 */
public final class GenerationRecordCodec {
  private static final ObjectMapper JSON = new ObjectMapper();

  private GenerationRecordCodec() {}

  public static byte[] key(int generation) {
    return Integer.toString(generation).getBytes(UTF_8);
  }

  public static byte[] encode(GenerationRecord record) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("generation", record.generation())
            .put("state", record.state().name())
            .put("fingerprint", record.fingerprint())
            .put("description", record.description())
            .put("origin", record.origin().name())
            .put("vectors", record.vectors())
            .put("denseWeight", record.denseWeight());
    ObjectNode target = json.putObject("target");
    record.target().forEach((partition, offset) -> target.put(partition.toString(), offset));
    ObjectNode required = json.putObject("required");
    record.required().forEach((partition, offset) -> required.put(partition.toString(), offset));
    json.put("wasServed", record.wasServed());
    GenerationRecord.Round round = record.round();
    if (round != null) {
      ObjectNode outcome =
          json.putObject("round")
              .put("from", round.from().toString())
              .put("to", round.to().toString())
              .put("ending", round.ending().name());
      if (round.against() != null) {
        outcome.put("against", round.against());
      }
    }
    ArrayNode reasons = json.putArray("reasons");
    record.reasons().forEach(reasons::add);
    ObjectNode metrics = json.putObject("metrics");
    record.metrics().forEach(metrics::put);
    return json.put("time", record.time().toString()).toString().getBytes(UTF_8);
  }

  /**
   * Reads a record's value.
   *
   * @throws MalformedRecordException when a field is missing or cannot be read
   */
  public static GenerationRecord decode(byte[] value) throws MalformedRecordException {
    try {
      JsonNode object = JSON.readTree(value);
      List<String> reasons = new ArrayList<>();
      object.required("reasons").forEach(reason -> reasons.add(reason.asText()));
      Map<String, Double> metrics = new TreeMap<>();
      object
          .required("metrics")
          .properties()
          .forEach(metric -> metrics.put(metric.getKey(), metric.getValue().asDouble()));
      return new GenerationRecord(
          object.required("generation").intValue(),
          GenerationState.valueOf(text(object, "state")),
          text(object, "fingerprint"),
          text(object, "description"),
          GenerationRecord.Origin.valueOf(text(object, "origin")),
          object.required("vectors").intValue(),
          object.path("denseWeight").asDouble(ReciprocalRankFusion.EQUAL),
          offsets(object.required("target")),
          offsets(object.required("required")),
          object.required("wasServed").booleanValue(),
          round(object.path("round")),
          reasons,
          metrics,
          Instant.parse(text(object, "time")));
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new MalformedRecordException("not a record of models: " + e.getMessage(), e);
    }
  }

  private static GenerationRecord.@Nullable Round round(JsonNode object) {
    return object.isMissingNode()
        ? null
        : new GenerationRecord.Round(
            Instant.parse(text(object, "from")),
            Instant.parse(text(object, "to")),
            GenerationRecord.Round.Ending.valueOf(text(object, "ending")),
            object.has("against") ? object.get("against").intValue() : null);
  }

  private static String text(JsonNode object, String field) {
    String text = object.required(field).textValue();
    if (text == null) {
      throw new IllegalArgumentException(
          "%s must be text, was %s".formatted(field, object.get(field)));
    }
    return text;
  }

  private static SortedMap<Integer, Long> offsets(JsonNode object) {
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    object
        .properties()
        .forEach(
            entry -> offsets.put(Integer.parseInt(entry.getKey()), entry.getValue().longValue()));
    return offsets;
  }
}
