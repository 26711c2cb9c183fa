package dev.freshet.pipeline.tune;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Who is told in this JVM that a tuning round failed. The job goes on and tries again, so Flink
 * calls it healthy; only its log would say that nothing is learned any more. Thread-safe.
 */
public final class RoundFailures {
  /** By topic prefix. */
  private static final Map<String, Consumer<String>> LISTENERS = new ConcurrentHashMap<>();

  private RoundFailures() {}

  /**
   * Lets somebody know.
   *
   * @param reports takes sentences for people, on the job's thread
   */
  public static void listen(String topicPrefix, Consumer<String> reports) {
    LISTENERS.put(topicPrefix, reports);
  }

  /** Nobody wants to know any more. */
  public static void forget(String topicPrefix) {
    LISTENERS.remove(topicPrefix);
  }

  static void tell(String topicPrefix, String sentence) {
    Consumer<String> listener = LISTENERS.get(topicPrefix);
    if (listener != null) {
      listener.accept(sentence);
    }
  }
}
