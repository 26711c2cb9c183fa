package dev.freshet.pipeline.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reading the bodies of requests within their limit. Thread-safe. */
final class Bodies {
  /** What curl -d declares unless told otherwise. */
  private static final String CURLS_DEFAULT = "application/x-www-form-urlencoded";

  private final long maxBytes;
  private final String wayOut;

  /**
   * For bodies that are read as a whole.
   *
   * @param maxBytes largest body
   */
  Bodies(long maxBytes) {
    this(maxBytes, "send less at a time");
  }

  /**
   * For bodies that are read as a whole.
   *
   * @param maxBytes largest body
   * @param wayOut what a client can do whose body is larger
   */
  Bodies(long maxBytes, String wayOut) {
    this.maxBytes = maxBytes;
    this.wayOut = wayOut;
  }

  /** The whole body, which must be declared as JSON. */
  byte[] json(Context context) {
    requireType(context, List.of(Json.CONTENT_TYPE));
    return whole(context);
  }

  /** The whole body. */
  byte[] whole(Context context) {
    long declared = context.req().getContentLengthLong();
    if (declared > maxBytes) {
      throw tooLarge("was " + declared, Map.of("limit", maxBytes, "bytes", declared));
    }
    try {
      byte[] body = context.bodyInputStream().readNBytes(Math.toIntExact(maxBytes + 1));
      if (body.length > maxBytes) {
        throw tooLarge("was longer", Map.of("limit", maxBytes));
      }
      return body;
    } catch (IOException e) {
      throw new ProblemException(400, "the body ended early: " + e.getMessage()).initCause(e);
    }
  }

  private ProblemException tooLarge(String was, Map<String, ?> fields) {
    return new ProblemException(
        413,
        "a body must be at most %d bytes (serve.maxRequestBytes), %s; %s"
            .formatted(maxBytes, was, wayOut),
        fields);
  }

  /**
   * The declared media type, when it is one of these.
   *
   * <p>{@code curl -d} counts as JSON: people type it by hand, and no route reads forms. A web page
   * must not write here on behalf of who looks at it, as a search does by its impression: without
   * being asked for leave first it can POST with this type only, and then its browser says whose
   * page it is. Routes that change more {@linkplain #requireJson do not take it from anybody}.
   */
  static String requireType(Context context, List<String> allowed) {
    String declared = context.contentType();
    boolean byHand = CURLS_DEFAULT.equals(declared) && context.header("Origin") == null;
    if (byHand && allowed.contains(Json.CONTENT_TYPE)) {
      return Json.CONTENT_TYPE;
    }
    return requireOneOf(declared, allowed);
  }

  private static String requireOneOf(@Nullable String declared, List<String> allowed) {
    String type =
        declared == null ? "" : declared.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!allowed.contains(type)) {
      throw new ProblemException(
          415,
          "Content-Type must be %s, was %s"
              .formatted(String.join(" or ", allowed), type.isEmpty() ? "missing" : type));
    }
    return type;
  }

  /**
   * Refuses what is not declared as JSON in so many words: a page of another site cannot do that
   * without being asked for leave first.
   */
  static void requireJson(Context context) {
    requireOneOf(context.contentType(), List.of(Json.CONTENT_TYPE));
  }

  /** The whole body, which {@linkplain #requireJson must be declared as JSON}. */
  byte[] declaredJson(Context context) {
    requireJson(context);
    return whole(context);
  }
}
