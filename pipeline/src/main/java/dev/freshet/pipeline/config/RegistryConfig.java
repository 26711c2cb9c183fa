package dev.freshet.pipeline.config;

import org.jspecify.annotations.Nullable;

/**
 * Where module checkpoints are.
 *
 * @param location directory or URI that all processes reach, or null for {@code registry} in the
 *     data directory
 */
public record RegistryConfig(@Nullable String location) {

  public RegistryConfig {
    Check.require(
        location == null || !location.isBlank(),
        "location must be a directory or a URI; leave it out for the data directory",
        "empty");
  }

  /** In the data directory. */
  public static RegistryConfig defaults() {
    return new RegistryConfig(null);
  }
}
