package dev.freshet.pipeline.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;

/** Addresses of servers in settings: {@code http://HOST:PORT}, several separated by commas. */
final class Urls {
  private Urls() {}

  /**
   * Checks that a setting is one address.
   *
   * @param name of the field, for the message
   */
  static void requireUrl(String name, String url) {
    String rule = name + " must be http://HOST:PORT or https://HOST:PORT";
    try {
      URI uri = new URI(url);
      Check.require(
          uri.getScheme() != null
              && uri.getScheme().matches("https?")
              && uri.getHost() != null
              && uri.getUserInfo() == null
              && uri.getQuery() == null
              && uri.getFragment() == null,
          rule,
          "'" + url + "'");
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(rule + ", was '" + url + "'", e);
    }
  }

  /** Checks that a setting is a list of addresses. */
  static void requireUrls(String name, String urls) {
    split(urls).forEach(url -> requireUrl(name, url));
  }

  /** The addresses one by one, each without a slash at its end. */
  static List<URI> list(String urls) {
    return split(urls).stream().map(Urls::base).toList();
  }

  static URI base(String url) {
    return URI.create(url.replaceFirst("/+$", ""));
  }

  private static List<String> split(String urls) {
    return Arrays.stream(urls.split(",", -1)).map(String::strip).toList();
  }
}
