package dev.freshet.pipeline.event;

/** The life of a generation, in order; {@link #REJECTED} is a candidate that failed its gate. */
public enum GenerationState {
  PUBLISHED,
  BUILDING,
  COMPLETE,
  SERVED,
  RETIRED,
  REJECTED
}
