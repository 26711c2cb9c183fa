package dev.freshet.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.config.InvalidConfigException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page of another site may do whose name leads to this machine. */
class HostGateTest {
  private static String get(TestServer server, String path, String host, String... headers)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request =
          "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n"
              .formatted(
                  path, host, String.join("\r\n", headers) + (headers.length > 0 ? "\r\n" : ""));
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:1",
        "search.localhost:7878",
        "127.0.0.1:7878",
        "127.1.2.3",
        "[::1]",
        "[::1]:80"
      })
  void whatNamesThisMachineIsAnswered(String host) throws IOException {
    try (TestServer server = TestServer.start()) {
      assertThat(get(server, "/v1/generations", host)).startsWith("HTTP/1.1 200");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:7878",
        "localhost.evil.example",
        "evillocalhost",
        "127.0.0.1.evil.example",
        "127.evil.example:7878",
        "10.0.0.1"
      })
  void whatNamesAnotherOneIsRefusedWithTheNameAndWhatToDo(String host) throws IOException {
    try (TestServer server = TestServer.start()) {
      assertThat(get(server, "/v1/generations", host))
          .startsWith("HTTP/1.1 403")
          .contains(
              "application/problem+json",
              "was '" + host + "': name it in serve.hosts, or set serve.apiKey")
          .doesNotContain("SERVED");
      assertThat(get(server, "/health/live", host)).startsWith("HTTP/1.1 200");
      assertThat(get(server, "/health/ready", host)).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void namesThatAreConfiguredAreLetIn() throws IOException {
    try (TestServer server = TestServer.start("hosts", "search.example, [fd00::1]")) {
      assertThat(get(server, "/metrics", "Search.Example:443")).startsWith("HTTP/1.1 200");
      assertThat(get(server, "/metrics", "[fd00::1]:80")).startsWith("HTTP/1.1 200");
      assertThat(get(server, "/metrics", "localhost")).startsWith("HTTP/1.1 200");
      assertThat(get(server, "/metrics", "evil.example")).startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void withAKeyTheNameDoesNotMatter() throws IOException {
    try (TestServer server = TestServer.start("apiKey", "s3cret")) {
      assertThat(get(server, "/metrics", "evil.example")).startsWith("HTTP/1.1 401");
      assertThat(get(server, "/metrics", "proxy.example", "X-API-Key: s3cret"))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void anAddressThatOthersReachAsksForNamesWhereTheyAreConfigured() throws IOException {
    try (TestServer server = TestServer.start("host", "0.0.0.0")) {
      assertThat(get(server, "/metrics", "any.example")).startsWith("HTTP/1.1 200");
    }
    try (TestServer server = TestServer.start("host", "0.0.0.0", "hosts", "search.example")) {
      assertThat(get(server, "/metrics", "search.example")).startsWith("HTTP/1.1 200");
      assertThat(get(server, "/metrics", "any.example")).startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void aNameWithAPortOrNothingIsNoName() {
    for (String hosts : new String[] {"", "a,", "a:80", "http://a"}) {
      assertThatThrownBy(() -> TestServer.start("hosts", hosts))
          .as(hosts)
          .isInstanceOf(InvalidConfigException.class)
          .hasMessageContaining("serve.hosts must be names or addresses without a port");
    }
  }
}
