package dev.freshet.pipeline.conduct;

import dev.freshet.pipeline.event.GenerationRecord;

/** The serve nodes that must be ready before a generation is served. */
@FunctionalInterface
public interface Nodes {

  /** Whether all of them have read what the generation requires. */
  boolean areReady(GenerationRecord generation);
}
