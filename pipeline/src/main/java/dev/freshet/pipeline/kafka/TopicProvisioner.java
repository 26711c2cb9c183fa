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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing; leaves those that are there as they are, and refuses to work
 * with those that lose what must be kept.
 */
public final class TopicProvisioner {
  private static final Logger LOG = LoggerFactory.getLogger(TopicProvisioner.class);
  private static final Map<String, String> COMPACTED =
      Map.of(TopicChecks.CLEANUP, TopicChecks.COMPACT);

  /**
   * Time is the broker's, since it orders writes of one document in two partitions; and a job that
   * was down must still find the deletes of that time.
   */
  private static final Map<String, String> DOCUMENTS =
      Map.of(
          TopicChecks.CLEANUP,
          TopicChecks.COMPACT,
          TopicChecks.TIMESTAMP,
          TopicChecks.ARRIVAL,
          "delete.retention.ms",
          Long.toString(Duration.ofDays(30).toMillis()));

  /** Room for any record that a broker takes by default, and the headers that we add. */
  private static final Map<String, String> DEAD_LETTERS =
      Map.of(
          TopicChecks.CLEANUP,
          TopicChecks.DELETE,
          TopicChecks.MOST_AGE,
          TopicChecks.UNLIMITED,
          TopicChecks.MOST_SIZE,
          TopicChecks.UNLIMITED,
          TopicChecks.MOST_BYTES,
          Integer.toString(DeadLetter.MAX_RECORD_BYTES));

  /**
   * Time is the broker's, so that no client's clock can hurry those who wait for more of them. How
   * long they are kept is the broker's to say.
   */
  private static final Map<String, String> EVENTS =
      Map.of(
          TopicChecks.CLEANUP, TopicChecks.DELETE,
          TopicChecks.TIMESTAMP, TopicChecks.ARRIVAL);

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
   * @throws dev.freshet.pipeline.config.InvalidConfigException when a topic that is there cannot be
   *     used as it is; the message says how to change that
   */
  public static void provision(
      KafkaConfig config, Topics topics, int generation, int maxVectorRecordBytes) {
    try (Admin admin = KafkaClients.admin(config, properties(config))) {
      Set<String> there = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      var creator = new Creator(admin, (short) config.replicationFactor(), there);
      var checks = new TopicChecks(config.bootstrapServers());
      creator.create(topics.documents(), config.partitions(), DOCUMENTS, checks::documents);
      int partitions = creator.partitions(topics.documents());
      creator.create(topics.impressions(), partitions, EVENTS, checks::events);
      creator.create(topics.clicks(), partitions, EVENTS, checks::events);
      creator.create(topics.models(), 1, COMPACTED, checks::compacted);
      checks.models(topics.models(), creator.partitions(topics.models()));
      boolean mayBeGone =
          there.contains(topics.models()) && !there.contains(topics.vectors(generation));
      if (!mayBeGone
          || !new ModelsTopic(config, topics, Clock.systemUTC()).read().isGone(generation)) {
        var vectors = new HashMap<>(COMPACTED);
        vectors.put(TopicChecks.MOST_BYTES, Integer.toString(maxVectorRecordBytes));
        creator.create(topics.vectors(generation), partitions, vectors, checks::compacted);
        creator.widen(topics.vectors(generation), partitions);
      }
      creator.create(topics.deadLetters(), 1, DEAD_LETTERS, checks::deadLetters);
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

  /** Looks at a topic that is there. */
  private interface Check {

    /**
     * @param settings by name, as they hold for the topic
     */
    void look(String topic, UnaryOperator<String> settings);
  }

  private record Creator(Admin admin, short replicationFactor, Set<String> there) {

    int partitions(String name) throws ExecutionException, InterruptedException, TimeoutException {
      return known(
              () ->
                  Objects.requireNonNull(
                      admin.describeTopics(List.of(name)).topicNameValues().get(name)))
          .partitions()
          .size();
    }

    /** A topic that was just made may not be known to every broker yet. */
    private static <T> T known(Supplier<KafkaFuture<T>> question)
        throws ExecutionException, InterruptedException, TimeoutException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
      while (true) {
        try {
          return question.get().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
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
      if (partitions(name) >= partitions) {
        return;
      }
      try {
        admin
            .createPartitions(Map.of(name, NewPartitions.increaseTo(partitions)))
            .all()
            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        // Another process was faster, which the broker that was asked did not know yet.
        if (!(e.getCause() instanceof InvalidPartitionsException)
            || !comesToHave(name, partitions)) {
          throw e;
        }
      }
    }

    private boolean comesToHave(String name, int partitions)
        throws ExecutionException, InterruptedException, TimeoutException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
      while (partitions(name) < partitions) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
      return true;
    }

    void create(String name, int partitions, Map<String, String> configs, Check check)
        throws ExecutionException, InterruptedException, TimeoutException {
      if (there.contains(name)) {
        check(name, check);
        return;
      }
      try {
        admin
            .createTopics(
                List.of(new NewTopic(name, partitions, replicationFactor).configs(configs)))
            .all()
            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
        // Another process was faster: one of ours, or a producer for which the broker made it.
        check(name, check);
      }
    }

    private void check(String name, Check check)
        throws ExecutionException, InterruptedException, TimeoutException {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
      try {
        Config settings =
            known(
                () ->
                    Objects.requireNonNull(
                        admin.describeConfigs(List.of(resource)).values().get(resource)));
        check.look(
            name,
            setting -> {
              ConfigEntry entry = settings.get(setting);
              return entry == null ? "" : Objects.requireNonNullElse(entry.value(), "");
            });
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof AuthorizationException)) {
          throw e;
        }
        LOG.warn(
            "the settings of {} are not checked, for which DescribeConfigs must be allowed on it: {}",
            name,
            e.getCause().getMessage());
      }
    }
  }
}
