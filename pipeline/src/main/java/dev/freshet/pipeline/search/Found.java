package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Position;

/**
 * A document in a list of what a search found: one version of it, with its score.
 *
 * @param <F> the type itself
 */
public interface Found<F extends Found<F>> {
  String id();

  /** Where this version stands in {@code documents}. */
  Position position();

  /** When Kafka took this version in, milliseconds since the epoch. */
  long timestampMillis();

  float score();

  F withScore(float other);

  /** Whether this is a newer version than another one of the same document. */
  default boolean isNewerThan(Found<?> other) {
    return Position.supersedes(
        position(), timestampMillis(), other.position(), other.timestampMillis());
  }
}
