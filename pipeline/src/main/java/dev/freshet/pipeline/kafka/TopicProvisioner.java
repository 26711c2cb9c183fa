package dev.freshet.pipeline.kafka;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.DeadLetter;
import dev.freshet.pipeline.event.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the topics that are missing; leaves those that are there as they are. */
public final class TopicProvisioner {
  private static final Map<String, String> COMPACTED = Map.of("cleanup.policy", "compact");

  /**
   * Time is the broker's, since it orders writes of one document in two partitions; and a job that
   * was down must still find the deletes of that time.
   */
  private static final Map<String, String> DOCUMENTS =
      Map.of(
          "cleanup.policy", "compact",
          "message.timestamp.type", "LogAppendTime",
          "delete.retention.ms", Long.toString(Duration.ofDays(30).toMillis()));

  /** Room for any record that a broker takes by default, and the headers that we add. */
  private static final Map<String, String> DEAD_LETTERS =
      Map.of(
          "cleanup.policy", "delete",
          "retention.ms", "-1",
          "max.message.bytes", Integer.toString(DeadLetter.MAX_RECORD_BYTES));

  /**
   * Time is the broker's, so that no client's clock can hurry those who wait for more of them. How
   * long they are kept is the broker's to say.
   */
  private static final Map<String, String> EVENTS =
      Map.of("cleanup.policy", "delete", "message.timestamp.type", "LogAppendTime");

  private static final long TIMEOUT_SECONDS = 30;
  private static final long RETRY_MILLIS = 100;

  private TopicProvisioner() {}

  /**
   * Makes sure that {@code documents}, {@code vectors.g}, {@code models}, {@code dead-letters},
   * {@code impressions} and {@code clicks} are there. {@code vectors.g} gets as many partitions as
   * {@code documents} has, impressions and clicks likewise when they are made. It is not made anew
   * where the generation is over and its vectors are deleted.
   *
   * @param maxVectorRecordBytes room for the largest record of {@code vectors.g}
   * @throws KafkaUnavailableException when the brokers do not answer or refuse
   */
  public static void provision(
      KafkaConfig config, Topics topics, int generation, int maxVectorRecordBytes) {
    try (Admin admin = KafkaClients.admin(config, properties(config))) {
      Set<String> there = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      var creator = new Creator(admin, (short) config.replicationFactor(), there);
      creator.create(topics.documents(), config.partitions(), DOCUMENTS);
      int partitions = creator.partitions(topics.documents());
      creator.create(topics.impressions(), partitions, EVENTS);
      creator.create(topics.clicks(), partitions, EVENTS);
      creator.create(topics.models(), 1, COMPACTED);
      boolean mayBeGone =
          there.contains(topics.models()) && !there.contains(topics.vectors(generation));
      if (!mayBeGone
          || !new ModelsTopic(config, topics, Clock.systemUTC()).read().isGone(generation)) {
        var vectors = new HashMap<>(COMPACTED);
        vectors.put("max.message.bytes", Integer.toString(maxVectorRecordBytes));
        creator.create(topics.vectors(generation), partitions, vectors);
        creator.widen(topics.vectors(generation), partitions);
      }
      creator.create(topics.deadLetters(), 1, DEAD_LETTERS);
    } catch (ExecutionException | TimeoutException e) {
      throw unavailable(config, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailableException("interrupted while creating topics", e);
    }
  }

  /**
   * The names of the topics that are there.
   *
   * @throws KafkaUnavailableException when the brokers do not answer or refuse
   */
  public static Set<String> topics(KafkaConfig config) {
    try (Admin admin = KafkaClients.admin(config, properties(config))) {
      return admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw unavailable(config, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailableException("interrupted while topics were listed", e);
    }
  }

  private static Properties properties(KafkaConfig config) {
    Properties properties = KafkaClients.properties(config);
    properties.putIfAbsent("default.api.timeout.ms", Long.toString(TIMEOUT_SECONDS * 1000));
    properties.putIfAbsent("request.timeout.ms", "10000");
    return properties;
  }

  private static KafkaUnavailableException unavailable(KafkaConfig config, Exception e) {
    Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
    return KafkaUnavailableException.of(config, cause, e);
  }

  private record Creator(Admin admin, short replicationFactor, Set<String> there) {

    /** A topic that was just made may not be known to every broker yet. */
    int partitions(String name) throws ExecutionException, InterruptedException, TimeoutException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
      while (true) {
        try {
          return Objects.requireNonNull(
                  admin.describeTopics(List.of(name)).topicNameValues().get(name))
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .partitions()
              .size();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
              || System.nanoTime() > deadline) {
            throw e;
          }
          TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        }
      }
    }

    /** Documents that gained partitions need as many places to be written to. */
    void widen(String name, int partitions)
        throws ExecutionException, InterruptedException, TimeoutException {
      if (partitions(name) < partitions) {
        admin
            .createPartitions(Map.of(name, NewPartitions.increaseTo(partitions)))
            .all()
            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      }
    }

    void create(String name, int partitions, Map<String, String> configs)
        throws ExecutionException, InterruptedException, TimeoutException {
      if (there.contains(name)) {
        return;
      }
      try {
        admin
            .createTopics(
                List.of(new NewTopic(name, partitions, replicationFactor).configs(configs)))
            .all()
            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        // Another process was faster.
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }
}
