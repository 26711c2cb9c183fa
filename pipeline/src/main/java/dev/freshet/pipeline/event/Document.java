package dev.freshet.pipeline.event;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document as its producer wrote it.
 *
 * @param id the record's key
 * @param title empty where the producer gave none
 * @param text never blank
 * @param attributes values are {@link String}, {@link Number} or {@link Boolean}, for filters
 * @param timestamp when the document was made, as its producer says
 */
public record Document(
    String id,
    String title,
    String text,
    Map<String, Object> attributes,
    @Nullable Instant timestamp) {

  public Document {
    attributes = Map.copyOf(attributes);
  }
}
