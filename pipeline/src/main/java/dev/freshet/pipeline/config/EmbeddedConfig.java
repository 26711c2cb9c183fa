package dev.freshet.pipeline.config;

/**
 * The stack in one process.
 *
 * @param kafkaPort port of the broker; 0 for a free one that is kept in the data directory
 * @param refreshShare of the encoding threads' time that generations which are being built may
 *     take, above 0 and at most 1; what people wait for goes first whatever it is
 */
public record EmbeddedConfig(int kafkaPort, double refreshShare) {

  public EmbeddedConfig {
    Check.port("kafkaPort", kafkaPort);
    Check.require(
        refreshShare > 0 && refreshShare <= 1,
        "refreshShare must be above 0 and at most 1",
        refreshShare);
  }

  /** A free port, the same one after a restart; a refresh takes all that others leave. */
  public static EmbeddedConfig defaults() {
    return new EmbeddedConfig(0, 1);
  }
}
