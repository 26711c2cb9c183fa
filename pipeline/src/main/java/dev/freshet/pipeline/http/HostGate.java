package dev.freshet.pipeline.http;

import dev.freshet.pipeline.config.ServeConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lets only requests through that name this machine as their host, health checks aside. A page of
 * any site can have its own name lead to 127.0.0.1 (DNS rebinding): to the browser it then is of
 * one origin with this server, and may read and write all of it. What it cannot do is send another
 * {@code Host} than its own. Thread-safe.
 */
final class HostGate {
  private static final Pattern PORT = Pattern.compile(":\\d*$");
  // The whole name: 127.0.0.1.example.org is anybody's.
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

  private final String own;
  private final Set<String> names = new HashSet<>(Set.of("localhost", "[::1]"));

  HostGate(ServeConfig config) {
    String host = config.host();
    this.own = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    names.add(name(own));
    config.hostNames().forEach(each -> names.add(name(each)));
  }

  void register(RoutesConfig routes) {
    routes.before(this::check);
  }

  private void check(Context context) {
    String host = context.header("Host");
    // No browser leaves it out; HTTP/1.0 may.
    if (host == null || HealthResource.PATHS.contains(context.path()) || isKnown(name(host))) {
      return;
    }
    throw new ProblemException(
        403,
        "Host must be localhost, 127.x.x.x, [::1], %s or one of serve.hosts, was '%s': name it in serve.hosts, or set serve.apiKey"
            .formatted(own, host));
  }

  private boolean isKnown(String name) {
    // Browsers themselves take every name below localhost for this machine.
    return names.contains(name) || name.endsWith(".localhost") || LOOPBACK.matcher(name).matches();
  }

  /** Without the port, which a tunnel or a container may change. */
  private static String name(String host) {
    return PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
  }
}
