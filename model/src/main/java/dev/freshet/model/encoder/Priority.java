package dev.freshet.model.encoder;

/**
 * Who waits for a vector. The batcher serves a lower ordinal first: what people wait for comes
 * before what refreshes in the background.
 */
public enum Priority {
  /** A search: somebody is looking at a blank page. */
  QUERY,
  /** A document of the generation that is being served. */
  SERVED,
  /** A document of a generation that is still being built. */
  BUILDING
}
