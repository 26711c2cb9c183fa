package dev.freshet.pipeline.kafka;

import dev.freshet.pipeline.config.KafkaConfig;
import java.math.BigInteger;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Settings of Kafka clients, from one place. */
public final class KafkaClients {
  /** Two requests. */
  private static final BigInteger DELIVERY_MILLIS = BigInteger.valueOf(20_000);

  private static final String AUTO_CREATE = "allow.auto.create.topics";

  private KafkaClients() {}

  /** For every client: where the brokers are, and what the user passes on (security, say). */
  public static Properties properties(KafkaConfig config) {
    var properties = new Properties();
    properties.putAll(config.properties());
    properties.setProperty("bootstrap.servers", config.bootstrapServers());
    return properties;
  }

  /**
   * A client for administration.
   *
   * @param properties its own, and those {@linkplain #properties of every client}
   * @throws KafkaUnavailableException when it cannot be made: no address can be resolved, or a
   *     property is wrong, which Kafka says in the cause alone
   */
  public static Admin admin(KafkaConfig config, Properties properties) {
    try {
      return Admin.create(properties);
    } catch (KafkaException e) {
      throw KafkaUnavailableException.of(config, e.getCause() == null ? e : e.getCause(), e);
    }
  }

  /**
   * For consumers of what anybody may write: what stands in a transaction counts once it is
   * committed, and not at all if it is given up. That the user may change.
   */
  public static Properties consumerProperties(KafkaConfig config) {
    Properties properties = properties(config);
    properties.putIfAbsent("isolation.level", "read_committed");
    properties.setProperty(AUTO_CREATE, "false");
    return properties;
  }

  /**
   * A consumer of bytes that commits nothing. A topic that is not there is missing: the broker is
   * not to make one, with settings of its own, for who only reads.
   *
   * @param properties its own, and those {@linkplain #properties of every client}
   * @throws KafkaException when it cannot be made: no address can be resolved, or a property is
   *     wrong
   */
  static KafkaConsumer<byte[], byte[]> consumer(Properties properties) {
    var all = new Properties();
    all.putAll(properties);
    all.setProperty("enable.auto.commit", "false");
    all.setProperty(AUTO_CREATE, "false");
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * For producers: every replica has a record before it is acknowledged, and retries neither lose
   * nor reorder. That holds whatever the user passes on, for nothing is acknowledged over HTTP or
   * checkpointed otherwise. Little lingering, since somebody waits for the document to be found;
   * that the user may change.
   *
   * @param maxRequestBytes the largest record that may be sent; the user may ask for more
   */
  public static Properties producerProperties(KafkaConfig config, int maxRequestBytes) {
    Properties properties = properties(config);
    properties.setProperty("acks", "all");
    properties.setProperty("enable.idempotence", "true");
    properties.putIfAbsent("linger.ms", "1");
    properties.merge("max.request.size", Integer.toString(maxRequestBytes), KafkaClients::larger);
    return properties;
  }

  /**
   * As {@link #producerProperties}, where somebody waits for the answer: it says no while they
   * still do. That the user may change.
   */
  public static Properties promptProducerProperties(KafkaConfig config, int maxRequestBytes) {
    Properties properties = producerProperties(config, maxRequestBytes);
    properties.putIfAbsent("request.timeout.ms", "10000");
    properties.putIfAbsent("max.block.ms", "10000");
    // Kafka refuses a delivery that is given less time than one request takes.
    BigInteger least =
        number(properties, "request.timeout.ms").add(number(properties, "linger.ms"));
    properties.putIfAbsent("delivery.timeout.ms", DELIVERY_MILLIS.max(least).toString());
    return properties;
  }

  /** 0 for what is no number, which Kafka refuses in its own words. */
  private static BigInteger number(Properties properties, String name) {
    String text = properties.getProperty(name, "").strip();
    return text.matches("\\d+") ? new BigInteger(text) : BigInteger.ZERO;
  }

  /** What is no number stays, for Kafka to refuse it in its own words. */
  private static Object larger(Object given, Object least) {
    String text = given.toString().strip();
    if (!text.matches("\\d+")) {
      return given;
    }
    return new BigInteger(text).compareTo(new BigInteger(least.toString())) < 0 ? least : given;
  }
}
