package dev.freshet.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.http.TestServer.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The first thing that people type is what the README says: it must work as it stands there. */
class ReadmeExamplesTest {
  private static final Pattern CURL =
      Pattern.compile(
          "curl(?: -X ([A-Z]+))? +localhost:7878(/\\S+)(?: -H 'Content-Type: ([^']+)')?(?: -d '([^']+)')?");

  @Test
  void everyCurlOfTheReadmeIsAnswered() throws IOException {
    List<String> requests = new ArrayList<>();
    try (TestServer server = TestServer.start()) {
      for (String line : Files.readAllLines(Path.of("..", "README.md"))) {
        if (line.startsWith("curl ")) {
          Answer answer = send(server, line);
          assertThat(answer.status()).as(line + answer.response().body()).isBetween(200, 299);
          requests.add(answer.response().request().method());
        }
      }
      assertThat(requests).contains("PUT", "POST", "DELETE");
      assertThat(server.writer.upserts).isNotEmpty();
      assertThat(server.writer.deletes).isNotEmpty();
      assertThat(server.searcher.requests.get(0).filter()).isNotNull();
    }
  }

  /** As curl sends it: -d makes a POST, and a form of the body, where nothing else is said. */
  private static Answer send(TestServer server, String line) {
    Matcher curl = CURL.matcher(line);
    assertThat(curl.matches()).as("this test does not understand: %s", line).isTrue();
    String type = curl.group(3) == null ? "application/x-www-form-urlencoded" : curl.group(3);
    String body = curl.group(4);
    String method = curl.group(1) == null ? (body == null ? "GET" : "POST") : curl.group(1);
    return body == null
        ? server.send(method, curl.group(2), null)
        : server.send(
            method, curl.group(2), body.getBytes(StandardCharsets.UTF_8), "Content-Type", type);
  }
}
