package dev.freshet.pipeline.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * The records of {@code models}: the key is the generation in decimal digits, the value JSON.
 *
 * <pre>
 * {"generation": 1, "state": "SERVED", "fingerprint": "...", "description": "...", "time": "..."}
 * </pre>
 *
 * Fields that a later version adds are passed over.
 */
public final class GenerationRecordCodec {
  private static final ObjectMapper JSON = new ObjectMapper();

  private GenerationRecordCodec() {}

  public static byte[] key(int generation) {
    return Integer.toString(generation).getBytes(UTF_8);
  }

  public static byte[] encode(GenerationRecord record) {
    return JSON.createObjectNode()
        .put("generation", record.generation())
        .put("state", record.state().name())
        .put("fingerprint", record.fingerprint())
        .put("description", record.description())
        .put("time", record.time().toString())
        .toString()
        .getBytes(UTF_8);
  }

  /**
   * Reads a record's value.
   *
   * @throws MalformedRecordException when a field is missing or cannot be read
   */
  public static GenerationRecord decode(byte[] value) throws MalformedRecordException {
    try {
      JsonNode object = JSON.readTree(value);
      return new GenerationRecord(
          object.required("generation").intValue(),
          GenerationState.valueOf(object.required("state").textValue()),
          object.required("fingerprint").textValue(),
          object.required("description").textValue(),
          Instant.parse(object.required("time").textValue()));
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new MalformedRecordException("not a record of models: " + e.getMessage(), e);
    }
  }
}
