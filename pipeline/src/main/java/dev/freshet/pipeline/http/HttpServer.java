package dev.freshet.pipeline.http;

import dev.freshet.pipeline.config.ServeConfig;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import io.javalin.util.JavalinBindException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.BindException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP interface of a serve node: the sum of its {@link Resource resources}, behind one gate
 * and with one form of error. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int MIN_THREADS = 8;
  static final int MAX_THREADS = 64;
  private static final String OVERRIDE = "X-HTTP-Method-Override";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final Javalin javalin;
  private final ServeConfig config;
  private final List<Resource> resources;

  private HttpServer(Javalin javalin, ServeConfig config, List<Resource> resources) {
    this.javalin = javalin;
    this.config = config;
    this.resources = resources;
  }

  /**
   * Opens the interface. When it returns, requests are answered.
   *
   * @param resources the routes; closed with the server, and when it cannot be started
   * @param metrics receives the time of every request
   * @throws HttpStartException when the address cannot be bound
   */
  public static HttpServer start(
      ServeConfig config, MeterRegistry metrics, List<? extends Resource> resources) {
    List<Resource> routes = List.copyOf(resources);
    if (config.apiKey() == null && !isLoopback(config.host())) {
      LOG.warn(
          "Everybody who reaches {}:{} can read and write: set serve.apiKey"
              + " (FRESHET_SERVE_API_KEY), or serve.host to 127.0.0.1",
          config.host(),
          config.port());
    }
    Javalin javalin = Javalin.create(settings -> configure(settings, config, metrics, routes));
    HttpServer server = new HttpServer(javalin, config, routes);
    try {
      javalin.start(config.host(), config.port());
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw cannotStart(config, e);
    }
  }

  private static void configure(
      JavalinConfig settings, ServeConfig config, MeterRegistry metrics, List<Resource> resources) {
    settings.startup.showJavalinBanner = false;
    settings.startup.showOldJavalinVersionWarning = false;
    settings.startup.startupWatcherEnabled = false;
    settings.http.prefer405over404 = true;
    settings.jetty.threadPool = threads();
    settings.jetty.modifyHttpConfiguration(HttpServer::allowSlashesInIds);
    settings.jetty.modifyServletContextHandler(HttpServer::decodeSlashesInIds);
    settings.jetty.modifyServer(server -> server.setErrorHandler(new JettyProblems()));
    settings.requestLogger.http((context, millis) -> record(metrics, context, millis));
    Problems.register(settings.routes);
    settings.routes.before(HttpServer::refuseOtherMethod);
    String apiKey = config.apiKey();
    if (apiKey != null) {
      new ApiKeyGate(apiKey).register(settings.routes);
    } else if (config.hosts() != null || isLoopback(config.host())) {
      new HostGate(config).register(settings.routes);
    }
    resources.forEach(resource -> resource.register(settings.routes));
  }

  /** Javalin takes that one's word: what a proxy lets through as a GET would delete. */
  private static void refuseOtherMethod(Context context) {
    if (context.header(OVERRIDE) != null) {
      throw new ProblemException(
          400, OVERRIDE + " is not followed: send the request with the method itself");
    }
  }

  private static QueuedThreadPool threads() {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
    threads.setName("http");
    threads.setDaemon(true);
    return threads;
  }

  /**
   * Ids are often URLs; Jetty refuses encoded slashes and the like unless told that we expect them.
   */
  private static void allowSlashesInIds(HttpConfiguration http) {
    http.setUriCompliance(
        UriCompliance.DEFAULT.with(
            "ids",
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
            UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS));
    http.setSendServerVersion(false);
  }

  private static void decodeSlashesInIds(ServletContextHandler handler) {
    handler.getServletHandler().setDecodeAmbiguousURIs(true);
  }

  private static void record(MeterRegistry metrics, Context context, float millis) {
    Endpoint endpoint = context.endpoints().matchedHttpEndpoint();
    Timer.builder("freshet.http.requests")
        .description("Time of a request, by route and status")
        .tag("method", method(context))
        // The route, not the path: ids would make a time series each.
        .tag("route", endpoint == null ? "none" : endpoint.path)
        .tag("status", Integer.toString(context.statusCode()))
        .register(metrics)
        .record((long) (millis * 1_000), TimeUnit.MICROSECONDS);
  }

  /** Anybody can send any word as a method: each would be a time series. */
  private static String method(Context context) {
    String method = context.req().getMethod();
    return METHODS.contains(method) ? method : "other";
  }

  private static HttpStartException cannotStart(ServeConfig config, RuntimeException e) {
    boolean bind = e instanceof JavalinBindException || cause(e, BindException.class);
    String address = config.host() + ":" + config.port();
    return new HttpStartException(
        bind
            ? "cannot listen on %s: the port is in use, perhaps by another Freshet, or the address is not this machine's; choose another with --port (0 takes a free one)"
                .formatted(address)
            : "cannot listen on " + address + ": " + e.getMessage(),
        e);
  }

  private static boolean cause(@Nullable Throwable thrown, Class<? extends Throwable> type) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (type.isInstance(e)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The port that is listened on; the one that was taken where 0 was configured. */
  public int port() {
    return javalin.port();
  }

  /** Where a client on this machine reaches the server. */
  public URI uri() {
    boolean any = List.of("0.0.0.0", "::", "[::]").contains(config.host());
    String host = any ? "127.0.0.1" : config.host();
    boolean bare6 = host.indexOf(':') >= 0 && !host.startsWith("[");
    return URI.create("http://" + (bare6 ? "[" + host + "]" : host) + ":" + port());
  }

  /** Stops listening, then closes the resources. Idempotent. */
  @Override
  public void close() {
    javalin.stop();
    resources.forEach(Resource::close);
  }
}
