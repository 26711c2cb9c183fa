package dev.freshet.model.encoder;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The three linear projections that self-attention begins with. */
public enum Projection {
  QUERY,
  KEY,
  VALUE;

  /** As tensors and configurations are named: {@code query}, {@code key}, {@code value}. */
  @JsonValue
  public String tensorName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
