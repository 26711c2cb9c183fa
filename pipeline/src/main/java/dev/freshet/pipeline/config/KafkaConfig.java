package dev.freshet.pipeline.config;

import java.util.Map;
import java.util.TreeMap;

/**
 * Where the topics are.
 *
 * @param bootstrapServers brokers to ask first, {@code host:port}, separated by commas
 * @param topicPrefix put before every topic's name
 * @param partitions of a topic that Freshet creates
 * @param replicationFactor of a topic that Freshet creates
 * @param properties passed to every Kafka client, for instance for security. They stand over what
 *     Freshet tunes ({@code linger.ms}, say), not over what its guarantees rest on: {@code acks}
 *     and {@code enable.idempotence} stay {@code all} and {@code true}, {@code max.request.size}
 *     can only grow, brokers come from {@code bootstrapServers}, and offsets are kept by Freshet
 */
public record KafkaConfig(
    String bootstrapServers,
    String topicPrefix,
    int partitions,
    int replicationFactor,
    Map<String, String> properties) {

  public KafkaConfig {
    Check.require(
        bootstrapServers.matches("[^\\s,]+:\\d{1,5}(\\s*,\\s*[^\\s,]+:\\d{1,5})*"),
        "bootstrapServers must be host:port, separated by commas",
        "'" + bootstrapServers + "'");
    Check.require(
        topicPrefix.matches("[A-Za-z0-9._-]{0,100}"),
        "topicPrefix must be up to 100 letters, digits, dots, underscores or dashes",
        "'" + topicPrefix + "'");
    Check.between("partitions", partitions, 1, 10_000);
    Check.between("replicationFactor", replicationFactor, 1, Short.MAX_VALUE);
    properties = Map.copyOf(properties);
  }

  /** A broker on this machine, topics of one copy. */
  public static KafkaConfig defaults() {
    return new KafkaConfig("127.0.0.1:9092", "freshet.", 4, 1, Map.of());
  }

  /** The same topics on other brokers. */
  public KafkaConfig withBootstrapServers(String servers) {
    return new KafkaConfig(servers, topicPrefix, partitions, replicationFactor, properties);
  }

  /** Without the values of the properties: they may be passwords. */
  @Override
  public String toString() {
    return "KafkaConfig[bootstrapServers=%s, topicPrefix=%s, partitions=%d, replicationFactor=%d, properties=%s]"
        .formatted(
            bootstrapServers,
            topicPrefix,
            partitions,
            replicationFactor,
            new TreeMap<>(properties).keySet());
  }
}
