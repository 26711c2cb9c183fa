package dev.freshet.pipeline.http;

import dev.freshet.pipeline.search.GenerationNotReadyException;
import dev.freshet.pipeline.search.OtherShardException;
import dev.freshet.pipeline.search.UnknownGenerationException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every error as problem details (RFC 9457). What we did not foresee is logged, not shown. */
final class Problems {
  static final String CONTENT_TYPE = "application/problem+json";

  /** Asked of one who cannot say for certain (RFC 9110): not 404, which would be believed. */
  private static final int MISDIRECTED = 421;

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  static void register(RoutesConfig routes) {
    routes.exception(Exception.class, Problems::handle);
    // Javalin has a handler for these already, and the nearest class wins.
    routes.exception(HttpResponseException.class, Problems::handle);
  }

  private static void handle(Throwable thrown, Context context) {
    Throwable e = unwrap(thrown);
    if (e instanceof ProblemException problem) {
      write(context, problem.status(), problem.detail(), problem.fields());
    } else if (e instanceof UnknownGenerationException unknown) {
      write(context, 404, String.valueOf(unknown.getMessage()), Map.of());
    } else if (e instanceof OtherShardException other) {
      write(
          context,
          MISDIRECTED,
          String.valueOf(other.getMessage()),
          Map.of("missingPartitions", other.missing()));
    } else if (e instanceof GenerationNotReadyException notReady) {
      write(context, 503, String.valueOf(notReady.getMessage()), Map.of());
    } else if (e instanceof HttpResponseException http) {
      refuse(context, http);
    } else {
      String reference = UUID.randomUUID().toString().substring(0, 8);
      LOG.error("{} {} failed, reference {}", context.method(), context.path(), reference, e);
      write(
          context,
          500,
          "The server failed; its log has the reason under the reference " + reference + ".",
          Map.of("reference", reference));
    }
  }

  private static void refuse(Context context, HttpResponseException e) {
    String detail =
        switch (e.getStatus()) {
          case 404 -> "There is nothing at " + context.method() + " " + context.path() + ".";
          case 405 -> context.method() + " is not possible at " + context.path() + ".";
          default -> String.valueOf(e.getMessage());
        };
    String allowed = e.getDetails().get("availableMethods");
    if (allowed != null) {
      context.header("Allow", allowed);
      write(context, e.getStatus(), detail, Map.of("allowed", allowed.split(",\\s*")));
    } else {
      write(context, e.getStatus(), detail, Map.of());
    }
  }

  static void write(Context context, int status, String detail, Map<String, ?> fields) {
    context
        .status(status)
        .contentType(CONTENT_TYPE)
        .result(Json.bytes(body(status, detail, fields)));
  }

  /** The members of a problem, in the order of the RFC. */
  static Map<String, Object> body(int status, String detail, Map<String, ?> fields) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("title", HttpStatus.forStatus(status).getMessage());
    body.put("status", status);
    body.put("detail", detail);
    body.putAll(fields);
    return body;
  }

  static Throwable unwrap(Throwable thrown) {
    Throwable e = thrown;
    while (e instanceof CompletionException && e.getCause() != null) {
      e = e.getCause();
    }
    return e;
  }
}
