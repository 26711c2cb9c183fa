package dev.freshet.pipeline.app;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that talk to a running Freshet. A picocli mixin. */
public final class ServerOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:FRESHET_URL:-http://127.0.0.1:7878}",
      description = "Where Freshet is (default: FRESHET_URL, or port 7878 here).")
  private String url = "";

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      description = "Its API key (default: FRESHET_API_KEY, which no process list shows).")
  private @Nullable String apiKey;

  /**
   * A client for that server.
   *
   * @throws CommandException when the URL is none
   */
  public FreshetClient client() {
    String key = apiKey == null ? System.getenv("FRESHET_API_KEY") : apiKey;
    return new FreshetClient(parse(url), key == null || key.isEmpty() ? null : key);
  }

  private static URI parse(String url) {
    try {
      URI uri = new URI(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException ignored) {
      // The refusal below says it for both.
    }
    throw CommandException.wrongUsage(
        "--url must be such as http://127.0.0.1:7878, was '" + url + "'");
  }
}
