package dev.freshet.pipeline.config;

/**
 * The stack in one process.
 *
 * @param kafkaPort port of the broker; 0 for a free one that is kept in the data directory
 */
public record EmbeddedConfig(int kafkaPort) {

  public EmbeddedConfig {
    Check.port("kafkaPort", kafkaPort);
  }

  /** A free port, the same one after a restart. */
  public static EmbeddedConfig defaults() {
    return new EmbeddedConfig(0);
  }
}
