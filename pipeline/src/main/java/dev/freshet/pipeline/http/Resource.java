package dev.freshet.pipeline.http;

import io.javalin.config.RoutesConfig;

/** A group of routes. The server closes its resources when it stops. */
public interface Resource extends AutoCloseable {

  /** Adds the routes. Called once, before the server starts. */
  void register(RoutesConfig routes);

  @Override
  default void close() {}
}
