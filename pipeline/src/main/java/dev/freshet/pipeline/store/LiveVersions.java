package dev.freshet.pipeline.store;

import org.jspecify.annotations.Nullable;

/**
 * The live documents of a generation, told by somebody who makes all writes to it, so that the
 * store need not read them. What it tells must be so: with another version than the stored one an
 * older write may win. Asked in the thread that writes, before anything of the batch is written.
 */
@FunctionalInterface
public interface LiveVersions {
  /** Of somebody who does not know them: the store reads all of it. */
  LiveVersions UNKNOWN = id -> null;

  /** The stored version of a document; null where none is live. */
  @Nullable StoredVersion of(String id);
}
