package dev.freshet.pipeline.http;

import java.util.Optional;

/** Whether searches can be answered. Thread-safe; asked often, so it must be quick. */
@FunctionalInterface
public interface Readiness {

  /** Why searches cannot be answered now, in a sentence; empty when they can. */
  Optional<String> obstacle();
}
