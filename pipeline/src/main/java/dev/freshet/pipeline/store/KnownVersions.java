package dev.freshet.pipeline.store;

import org.jspecify.annotations.Nullable;

/**
 * What somebody who makes all writes to a generation knows of its documents, so that the store need
 * not read what it knows. What it tells must be so; a version that is not the stored one lets an
 * older write win.
 */
@FunctionalInterface
public interface KnownVersions {
  /** Knows nothing: the store reads all of it. */
  KnownVersions NONE = id -> null;

  /** The stored version of a document; null where that must be read. */
  @Nullable StoredVersion of(String id);
}
