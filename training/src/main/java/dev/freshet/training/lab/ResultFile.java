package dev.freshet.training.lab;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Result} on disk: JSON, a line. Beside {@code "format"} its keys are the names of the
 * record's components; what is null is left out. A number that is not finite is one of the strings
 * {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 */
final class ResultFile<R extends Result> {
  private static final int FORMAT = 1;

  /** Of all files that hold parts of results. */
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private final Class<R> type;

  ResultFile(Class<R> type) {
    this.type = type;
  }

  void write(Path file, R result) throws IOException {
    ObjectNode json = MAPPER.createObjectNode().put("format", FORMAT);
    json.setAll(MAPPER.<ObjectNode>valueToTree(result));
    AtomicFile.write(file, MAPPER.writeValueAsString(json) + "\n");
  }

  /**
   * @throws IllegalArgumentException when the file does not hold a result in this format
   */
  R read(Path file) throws IOException {
    String text = Files.readString(file);
    try {
      if (MAPPER.readTree(text) instanceof ObjectNode json) {
        JsonNode format = json.remove("format");
        if (format != null && format.asInt() == FORMAT) {
          return MAPPER.treeToValue(json, type);
        }
      }
      throw broken(file, "its format is not " + FORMAT, null);
    } catch (JsonProcessingException e) {
      throw broken(file, e.getOriginalMessage(), e);
    }
  }

  private static IllegalArgumentException broken(Path file, String why, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "%s cannot be read (%s): delete it, and what it holds is measured again"
            .formatted(file, why),
        cause);
  }
}
