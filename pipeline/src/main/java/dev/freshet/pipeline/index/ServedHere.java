package dev.freshet.pipeline.index;

import dev.freshet.model.encoder.Priority;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which generation a serve node of this JVM serves, so that index jobs in the same JVM, which share
 * its encoder, let the served generation's documents go first. Where there is no node, every job's
 * documents are equal. Thread-safe.
 */
public final class ServedHere {
  /** By topic prefix. */
  private static final Map<String, Integer> SERVED = new ConcurrentHashMap<>();

  private ServedHere() {}

  /** A node serves this generation from now on. */
  public static void set(String topicPrefix, int generation) {
    SERVED.put(topicPrefix, generation);
  }

  /** The node is gone. */
  public static void clear(String topicPrefix) {
    SERVED.remove(topicPrefix);
  }

  static Priority priority(String topicPrefix, int generation) {
    return SERVED.getOrDefault(topicPrefix, generation) == generation
        ? Priority.SERVED
        : Priority.BUILDING;
  }
}
