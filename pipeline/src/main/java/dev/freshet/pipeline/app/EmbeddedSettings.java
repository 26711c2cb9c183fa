package dev.freshet.pipeline.app;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.config.KafkaConfig;
import org.jspecify.annotations.Nullable;

/**
 * Settings that a process which holds everything cannot follow: who made them for other processes,
 * in the environment of a shell say, must not take this one for a part of their cluster.
 */
public final class EmbeddedSettings {
  private EmbeddedSettings() {}

  /**
   * Refuses them; without effect otherwise. Any thread.
   *
   * @throws InvalidConfigException for the first one that is set, with its value and what to run
   *     instead
   */
  public static void check(FreshetConfig config) {
    String brokers = config.kafka().bootstrapServers();
    refuse(
        "kafka.bootstrapServers",
        isOwn(brokers, config.embedded().kafkaPort()) ? null : brokers,
        "this process has a Kafka of its own",
        "freshet serve, freshet conduct and freshet job");
    refuse(
        "conduct.flink",
        config.conduct().flink(),
        "this process runs its jobs itself",
        "freshet conduct");
    refuse(
        "conduct.nodes",
        config.conduct().nodes(),
        "this process has the one node that there is",
        "freshet conduct");
    refuse(
        "serve.partitions",
        config.serve().partitions(),
        "the one node of this process must hold all of them",
        "freshet serve");
    refuse(
        "gateway.nodes",
        config.gateway().nodes(),
        "the one node of this process has a Kafka of its own, which no other node follows",
        "freshet serve or freshet gateway");
    refuse(
        "serve.replicaOf",
        config.serve().replicaOf(),
        "no other node has the documents of the Kafka in this process",
        "freshet serve");
  }

  /** The default, or where other processes are told to find this one's. */
  private static boolean isOwn(String brokers, int port) {
    return brokers.equals(KafkaConfig.defaults().bootstrapServers())
        || brokers.equals("127.0.0.1:" + port)
        || brokers.equals("localhost:" + port);
  }

  private static void refuse(String setting, @Nullable String value, String why, String instead) {
    if (value != null) {
      throw new InvalidConfigException(
          "%s is %s, and %s: leave it out, or run %s".formatted(setting, value, why, instead));
    }
  }
}
