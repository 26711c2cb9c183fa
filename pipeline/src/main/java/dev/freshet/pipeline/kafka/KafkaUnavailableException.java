package dev.freshet.pipeline.kafka;

import dev.freshet.pipeline.config.KafkaConfig;
import org.jspecify.annotations.Nullable;

/** The brokers do not answer, or refuse what was asked. */
public class KafkaUnavailableException extends RuntimeException {
  public KafkaUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says which brokers, why, and what to look at. */
  static KafkaUnavailableException of(KafkaConfig config, @Nullable Throwable why, Exception e) {
    return new KafkaUnavailableException(
        "Kafka at %s cannot be used: %s. Check kafka.bootstrapServers and kafka.properties."
            .formatted(config.bootstrapServers(), why),
        e);
  }
}
