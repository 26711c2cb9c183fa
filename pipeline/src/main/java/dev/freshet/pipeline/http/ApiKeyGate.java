package dev.freshet.pipeline.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Lets only requests with the key through, health checks aside. Thread-safe. */
final class ApiKeyGate {
  private final byte[] digest;

  ApiKeyGate(String key) {
    this.digest = digest(key);
  }

  void register(RoutesConfig routes) {
    routes.before(this::check);
  }

  private void check(Context context) {
    if (HealthResource.PATHS.contains(context.path())) {
      return;
    }
    String given = given(context);
    // Digests are equally long, so that the time tells nothing about the key's length either.
    if (given == null || !MessageDigest.isEqual(digest, digest(given))) {
      context.header("WWW-Authenticate", "Bearer");
      throw new ProblemException(
          401,
          given == null
              ? "an API key is needed: send Authorization: Bearer KEY, or X-API-Key: KEY"
              : "the API key is wrong");
    }
  }

  private static @Nullable String given(Context context) {
    String authorization = context.header("Authorization");
    if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
      return authorization.substring("bearer ".length()).strip();
    }
    return context.header("X-API-Key");
  }

  private static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
