package dev.freshet.pipeline.kafka;

import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.event.DeadLetter;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must hold of topics that somebody else has made: a broker makes one for the first producer
 * that writes to it, where {@code auto.create.topics.enable} is on, and with its own settings.
 */
final class TopicChecks {
  private static final Logger LOG = LoggerFactory.getLogger(TopicChecks.class);

  static final String CLEANUP = "cleanup.policy";
  static final String COMPACT = "compact";
  static final String DELETE = "delete";
  static final String TIMESTAMP = "message.timestamp.type";
  static final String ARRIVAL = "LogAppendTime";
  static final String MOST_BYTES = "max.message.bytes";
  static final String MOST_AGE = "retention.ms";
  static final String MOST_SIZE = "retention.bytes";
  static final String UNLIMITED = "-1";

  private final String bootstrapServers;

  TopicChecks(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Without compaction, or where it is not all, records go by age or size, and with them what every
   * later reader must still find.
   *
   * @param settings of the topic, by name
   * @throws InvalidConfigException when it is not compacted, or records go otherwise, too
   */
  void compacted(String topic, UnaryOperator<String> settings) {
    String policy = settings.apply(CLEANUP);
    if (!has(policy, COMPACT) || (has(policy, DELETE) && !limits(settings).isEmpty())) {
      throw refused(
          topic,
          CLEANUP,
          policy,
          COMPACT,
          "what it holds is deleted by age or size otherwise, as retention.ms and retention.bytes say");
    }
  }

  /** Names of the settings by which records go where the policy is to delete. */
  private static List<String> limits(UnaryOperator<String> settings) {
    return Stream.of(MOST_AGE, MOST_SIZE).filter(limit -> isLimit(settings.apply(limit))).toList();
  }

  /** Any negative number stands for none; a broker that does not tell has none that we know of. */
  private static boolean isLimit(String value) {
    return !value.isEmpty() && Long.parseLong(value) >= 0;
  }

  /**
   * As {@link #compacted}; and the newest of two writes to two partitions is told by the time at
   * which the broker took them.
   *
   * @throws InvalidConfigException when it is not compacted, or its time is the producers'
   */
  void documents(String topic, UnaryOperator<String> settings) {
    compacted(topic, settings);
    String type = settings.apply(TIMESTAMP);
    if (!type.equals(ARRIVAL)) {
      throw refused(
          topic,
          TIMESTAMP,
          type,
          ARRIVAL,
          "the clock of a producer would decide otherwise which version of a document is the newest");
    }
  }

  /**
   * Of generations the order of all records counts, and the first partition alone is followed.
   *
   * @throws InvalidConfigException when there are more
   */
  void models(String topic, int partitions) {
    if (partitions != 1) {
      throw new InvalidConfigException(
          "topic %s has %d partitions and must have 1, for its records need one order. Partitions cannot be taken away: where no generation was announced yet, delete the topic and start again, and it is made as it must be; else choose another kafka.topicPrefix"
              .formatted(topic, partitions));
    }
  }

  /**
   * What nobody can use must find room, and not make way for what is wrong with the same document
   * later. People are told where it goes by itself.
   *
   * @throws InvalidConfigException when records must be smaller than dead letters get, or are
   *     compacted
   */
  void deadLetters(String topic, UnaryOperator<String> settings) {
    String bytes = settings.apply(MOST_BYTES);
    if (!bytes.isEmpty() && Long.parseLong(bytes) < DeadLetter.MAX_RECORD_BYTES) {
      throw refused(
          topic,
          MOST_BYTES,
          bytes,
          Integer.toString(DeadLetter.MAX_RECORD_BYTES),
          "a record that finds no room there stops whoever read it");
    }
    String policy = settings.apply(CLEANUP);
    if (has(policy, COMPACT)) {
      throw refused(
          topic,
          CLEANUP,
          policy,
          DELETE,
          "of all that was wrong with a document only the newest is kept otherwise");
    }
    for (String limit : limits(settings)) {
      warn(
          topic,
          limit,
          settings.apply(limit),
          UNLIMITED,
          "what nobody could use is deleted by it, whether somebody has looked at it or not");
    }
  }

  /** Events whose settings weaken what is learned from them, and lose nothing else. */
  void events(String topic, UnaryOperator<String> settings) {
    String type = settings.apply(TIMESTAMP);
    if (!type.equals(ARRIVAL)) {
      warn(
          topic,
          TIMESTAMP,
          type,
          ARRIVAL,
          "a client whose clock is fast makes clicks of others count as late");
    }
    String policy = settings.apply(CLEANUP);
    if (has(policy, COMPACT)) {
      warn(topic, CLEANUP, policy, DELETE, "of the events of a search only the newest is kept");
    }
  }

  private static boolean has(String policies, String policy) {
    return Arrays.stream(policies.split(",")).map(String::strip).anyMatch(policy::equals);
  }

  private InvalidConfigException refused(
      String topic, String setting, String value, String wanted, String why) {
    return new InvalidConfigException(
        "topic %s has %s=%s and must have %s: %s. %s"
            .formatted(topic, setting, value, wanted, why, remedy(topic, setting, wanted)));
  }

  private void warn(String topic, String setting, String value, String wanted, String why) {
    LOG.warn(
        "topic {} has {}={} and should have {}: {}. {}",
        topic,
        setting,
        value,
        wanted,
        why,
        remedy(topic, setting, wanted));
  }

  private String remedy(String topic, String setting, String wanted) {
    return "Change it with: kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config %s=%s"
        .formatted(bootstrapServers, topic, setting, wanted);
  }
}
