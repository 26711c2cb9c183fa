package dev.freshet.training.lab;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a run trained.
 *
 * @param tuning method and widths, as {@code Tuning.toJson} writes them; has the key {@code method}
 * @param parameters how many numbers were trained
 * @param share exactly how many that is of the backbone's parameters; above 1 is possible, a head
 *     is trained beside the backbone
 */
public record Tuned(JsonNode tuning, long parameters, double share) {
  public Tuned {
    if (!tuning.path("method").isTextual()) {
      throw new IllegalArgumentException("a tuning names its method, was " + tuning);
    }
    Checks.positive("parameters", parameters);
    Checks.positive("share", share);
    tuning = tuning.deepCopy();
  }

  /** A copy. */
  @Override
  public JsonNode tuning() {
    return tuning.deepCopy();
  }

  /** Such as {@code iaa-l}, whatever is tuned with it. */
  String method() {
    return tuning.path("method").asText();
  }
}
