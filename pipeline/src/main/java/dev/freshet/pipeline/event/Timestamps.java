package dev.freshet.pipeline.event;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Times in records: ISO-8601 with a zone, in years that everybody can write. */
final class Timestamps {
  private Timestamps() {}

  /** The time, null when the text is none. */
  static @Nullable Instant parse(String text) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
      return time.getYear() >= 1 && time.getYear() <= 9_999 ? time.toInstant() : null;
    } catch (DateTimeException e) {
      // Of what can be parsed, the last hours of time have no counterpart in another zone.
      return null;
    }
  }

  /** What to say of a text that is no time. */
  static String refusal(String field, String shown) {
    return field
        + " must be an ISO-8601 time with a zone, such as 2026-01-31T12:00:00Z, was '"
        + shown
        + "'";
  }
}
