package dev.freshet.pipeline.config;

/** A configuration that cannot be used. The message names source, path, value and limit. */
public class InvalidConfigException extends RuntimeException {
  public InvalidConfigException(String message) {
    super(message);
  }

  public InvalidConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
