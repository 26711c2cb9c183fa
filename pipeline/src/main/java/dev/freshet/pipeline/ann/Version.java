package dev.freshet.pipeline.ann;

/**
 * One version of a document: what its rows, in whatever cells they lie, have in common. It lives
 * from its birth to its death, both numbers of changes to the index, so ending it ends all its rows
 * at once.
 *
 * <p>One writer ends it; readers ask at any time.
 */
final class Version {
  /** Bytes of an instance, with compressed class pointers. */
  static final int BYTES = 32;

  private final int document;
  private final long birth;
  private volatile long death = Long.MAX_VALUE;

  Version(int document, long birth) {
    this.document = document;
    this.birth = birth;
  }

  /** Ordinal. */
  int document() {
    return document;
  }

  /** Whether it is there for a reader who sees the changes up to this one. */
  boolean isLive(long change) {
    return birth <= change && change < death;
  }

  /** Whether it has not been ended. */
  boolean isAlive() {
    return death == Long.MAX_VALUE;
  }

  /** Writer only. */
  void end(long change) {
    death = change;
  }
}
