package dev.freshet.pipeline.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.pipeline.event.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** One thing, or a list of them, as one JSON value: all are accepted or none. */
final class JsonBatch {
  private static final int SHOWN_ERRORS = 1_000;

  private record IndexedError(int index, String field, String reason) {}

  /** Reads one thing. */
  @FunctionalInterface
  interface Reader<T> {
    /**
     * @param errors receives everything that is wrong
     * @return null when anything is wrong
     */
    @Nullable T read(JsonNode node, List<FieldError> errors);
  }

  private JsonBatch() {}

  /**
   * Reads them all.
   *
   * @param plural what they are called
   * @param rejected is told how many are wrong
   * @throws ProblemException 400 with every error, when any is wrong
   */
  static <T> List<T> read(JsonNode root, String plural, Reader<T> reader, IntConsumer rejected) {
    List<JsonNode> nodes = new ArrayList<>();
    if (root.isArray()) {
      root.forEach(nodes::add);
    } else {
      nodes.add(root);
    }
    List<T> read = new ArrayList<>();
    List<IndexedError> errors = new ArrayList<>();
    int errorCount = 0;
    for (int index = 0; index < nodes.size(); index++) {
      List<FieldError> found = new ArrayList<>();
      T one = reader.read(nodes.get(index), found);
      if (one != null) {
        read.add(one);
      }
      errorCount += found.size();
      for (FieldError error : found) {
        if (errors.size() < SHOWN_ERRORS) {
          errors.add(new IndexedError(index, error.field(), error.reason()));
        }
      }
    }
    if (!errors.isEmpty()) {
      int bad = nodes.size() - read.size();
      rejected.accept(bad);
      throw new ProblemException(
          400,
          "%d of %d %s cannot be accepted, so none was written; the first: %s"
              .formatted(bad, nodes.size(), plural, errors.get(0).reason()),
          Map.of("errors", errors, "errorCount", errorCount));
    }
    return read;
  }
}
