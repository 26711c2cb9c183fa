package dev.freshet.pipeline.kafka;

import dev.freshet.pipeline.config.KafkaConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Ends, committed positions and the deletion of topics. Thread-safe. Methods throw {@link
 * KafkaUnavailableException} when the brokers do not answer or refuse.
 */
public final class TopicAdmin implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 30;

  private final Admin admin;

  public TopicAdmin(KafkaConfig config) {
    Properties properties = KafkaClients.properties(config);
    properties.putIfAbsent("default.api.timeout.ms", Integer.toString(TIMEOUT_SECONDS * 1000));
    properties.putIfAbsent("request.timeout.ms", "10000");
    admin = KafkaClients.admin(config, properties);
  }

  /** By name, the identity of each topic: one that is made anew under the name has another. */
  public Map<String, String> ids() {
    return await("list topics", admin.listTopics().listings()).stream()
        .collect(Collectors.toMap(TopicListing::name, listing -> listing.topicId().toString()));
  }

  /** How many partitions a topic has. */
  public int partitions(String topic) {
    return await(
            "describe " + topic,
            Objects.requireNonNull(
                admin.describeTopics(List.of(topic)).topicNameValues().get(topic)))
        .partitions()
        .size();
  }

  /** By partition, the offset of the first record that is left. */
  public SortedMap<Integer, Long> begins(String topic) {
    return offsets(topic, OffsetSpec.earliest());
  }

  /** By partition, the offset after the last record. */
  public SortedMap<Integer, Long> ends(String topic) {
    return offsets(topic, OffsetSpec.latest());
  }

  private SortedMap<Integer, Long> offsets(String topic, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> all =
        IntStream.range(0, partitions(topic))
            .boxed()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(topic, partition), partition -> which));
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    await("ask for the offsets of " + topic, admin.listOffsets(all).all())
        .forEach((partition, found) -> offsets.put(partition.partition(), found.offset()));
    return offsets;
  }

  /** By partition of the topic, the offset that a group has committed; where it has. */
  public SortedMap<Integer, Long> committed(String group, String topic) {
    SortedMap<Integer, Long> committed = new TreeMap<>();
    await(
            "ask for the positions of " + group,
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (partition.topic().equals(topic) && offset != null) {
                committed.put(partition.partition(), offset.offset());
              }
            });
    return committed;
  }

  /** Bytes of the topic's log on all brokers together, every replica counted. */
  public long bytes(String topic) {
    List<Integer> brokers =
        await("list the brokers", admin.describeCluster().nodes()).stream().map(Node::id).toList();
    return await("ask for the size of " + topic, admin.describeLogDirs(brokers).allDescriptions())
        .values()
        .stream()
        .flatMap(folders -> folders.values().stream())
        .flatMap(folder -> folder.replicaInfos().entrySet().stream())
        .filter(replica -> replica.getKey().topic().equals(topic))
        .mapToLong(replica -> replica.getValue().size())
        .sum();
  }

  /** Without effect where there is no such topic. */
  public void delete(String topic) {
    unlessMissing("delete " + topic, admin.deleteTopics(List.of(topic)).all());
  }

  /** Without effect where there is no such group. */
  public void deleteGroup(String group) {
    unlessMissing("delete group " + group, admin.deleteConsumerGroups(List.of(group)).all());
  }

  private static void unlessMissing(String action, KafkaFuture<Void> future) {
    try {
      await(action, future);
    } catch (KafkaUnavailableException e) {
      Throwable cause = e.getCause() == null ? null : e.getCause().getCause();
      if (!(cause instanceof UnknownTopicOrPartitionException
          || cause instanceof GroupIdNotFoundException)) {
        throw e;
      }
    }
  }

  private static <T> T await(String action, KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaUnavailableException("cannot %s: %s".formatted(action, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailableException("interrupted: cannot " + action, e);
    }
  }

  @Override
  public void close() {
    // Whoever closes it wants no answers any more, least of all from brokers that are gone.
    admin.close(Duration.ofSeconds(1));
  }
}
