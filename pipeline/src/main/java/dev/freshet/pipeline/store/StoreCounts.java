package dev.freshet.pipeline.store;

/**
 * What one generation holds.
 *
 * @param documents live documents
 * @param passages their passages
 * @param tombstones deletes that are still remembered
 */
public record StoreCounts(long documents, long passages, long tombstones) {
  static final StoreCounts NONE = new StoreCounts(0, 0, 0);
}
