package dev.freshet.pipeline.event;

import java.util.OptionalInt;

/**
 * The names of the topics under one prefix.
 *
 * @param prefix put before every name, {@code freshet.} by default
 */
public record Topics(String prefix) {
  /** What is there before anything was tuned. */
  public static final int FIRST_GENERATION = 1;

  /** Documents by id; a null value deletes. Compacted. */
  public String documents() {
    return prefix + "documents";
  }

  /** The vectors of one generation by document id. Compacted, as many partitions as documents. */
  public String vectors(int generation) {
    return prefix + "vectors." + generation;
  }

  /** The generation whose vectors a topic holds, nothing for another topic. */
  public OptionalInt vectorsOf(String topic) {
    String before = prefix + "vectors.";
    return topic.startsWith(before) && topic.substring(before.length()).matches("\\d{1,9}")
        ? OptionalInt.of(Integer.parseInt(topic.substring(before.length())))
        : OptionalInt.empty();
  }

  /** What searches were answered with, by query id. */
  public String impressions() {
    return prefix + "impressions";
  }

  /** What users did with the answers, by query id. */
  public String clicks() {
    return prefix + "clicks";
  }

  /** What each generation is, by its number. Compacted. */
  public String models() {
    return prefix + "models";
  }

  /** Records that break their contract, as they came, with the reason in the headers. */
  public String deadLetters() {
    return prefix + "dead-letters";
  }

  /** The consumer group to which the index job of a generation commits what it has written. */
  public String indexGroup(int generation) {
    return prefix + "index." + generation;
  }
}
