package dev.freshet.pipeline.http;

import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Requests that are refused before any route sees them, for instance for a header too long. */
final class JettyProblems extends ErrorHandler {

  /** Jetty answers some methods without a body. */
  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problems.CONTENT_TYPE);
    response.write(true, ByteBuffer.wrap(body(code, message)), callback);
  }

  private static byte[] body(int status, @Nullable String reason) {
    return Json.bytes(Problems.body(status, detail(status, reason), Map.of()));
  }

  private static String detail(int status, @Nullable String reason) {
    // A server error's message may tell of its inside.
    if (reason == null || status >= 500) {
      return "The request could not be handled.";
    }
    // Jetty's words for what an odd id becomes in a path.
    return switch (reason) {
      case "Ambiguous URI path segment" -> DocumentResource.DOTS;
      case "Bad Request" ->
          "The request's first line or a header is not valid HTTP; a path cannot hold %00, for"
              + " instance, nor % without two hexadecimal digits.";
      default -> reason;
    };
  }
}
