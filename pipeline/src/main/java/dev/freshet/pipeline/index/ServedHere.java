package dev.freshet.pipeline.index;

import dev.freshet.model.encoder.Priority;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which generation is served, so that index jobs of this JVM, which share its encoder, let the
 * served generation's documents go first. A serve node in this JVM knows it best; else it is what a
 * conductor in it has seen announced. Where neither is, every job's documents are equal.
 * Thread-safe.
 */
public final class ServedHere {
  /** By topic prefix, what a node serves. */
  private static final Map<String, Integer> SERVED = new ConcurrentHashMap<>();

  /** By topic prefix, what nodes elsewhere serve, or soon will. */
  private static final Map<String, Integer> ANNOUNCED = new ConcurrentHashMap<>();

  private ServedHere() {}

  /** A node serves the vectors of this generation from now on. */
  public static void set(String topicPrefix, int generation) {
    SERVED.put(topicPrefix, generation);
  }

  /** The node is gone. */
  public static void clear(String topicPrefix) {
    SERVED.remove(topicPrefix);
  }

  /** A conductor has seen that the vectors of this generation are the served ones. */
  public static void announced(String topicPrefix, int generation) {
    ANNOUNCED.put(topicPrefix, generation);
  }

  static Priority priority(String topicPrefix, int generation) {
    int announced = ANNOUNCED.getOrDefault(topicPrefix, generation);
    return SERVED.getOrDefault(topicPrefix, announced) == generation
        ? Priority.SERVED
        : Priority.BUILDING;
  }
}
