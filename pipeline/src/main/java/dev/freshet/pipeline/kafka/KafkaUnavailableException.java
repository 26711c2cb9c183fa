package dev.freshet.pipeline.kafka;

/** The brokers do not answer, or refuse what was asked. */
public class KafkaUnavailableException extends RuntimeException {
  public KafkaUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
