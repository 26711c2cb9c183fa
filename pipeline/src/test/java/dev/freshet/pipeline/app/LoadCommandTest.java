package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.http.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadCommandTest {
  @TempDir Path folder;

  private String file(List<String> lines) throws IOException {
    return Files.write(folder.resolve("corpus.jsonl"), lines).toString();
  }

  private static List<String> lines(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> "{\"id\": \"%d\", \"text\": \"text %d\"}".formatted(i, i))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static CommandRun load(TestServer server, String file, Uploader.Pause pause) {
    return CommandRun.of(
        new LoadCommand(pause),
        "load",
        "--url",
        server.uri().toString(),
        "--retry-for",
        "2s",
        file);
  }

  private static CommandRun load(TestServer server, String file) {
    return load(
        server,
        file,
        duration -> {
          throw new AssertionError("no reason to wait");
        });
  }

  @Test
  void loadsEveryLine() throws IOException {
    try (TestServer server = TestServer.start()) {
      CommandRun run = load(server, file(lines(1_234)));
      assertThat(run.err()).isEmpty();
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).startsWith("accepted 1,234, rejected 0, in ");
      Set<String> ids = new HashSet<>();
      server.writer.upserts.forEach(document -> ids.add(document.id()));
      assertThat(ids).hasSize(1_234);
    }
  }

  @Test
  void understandsBeir() throws IOException {
    try (TestServer server = TestServer.start()) {
      load(
          server,
          file(
              List.of(
                  "\ufeff{\"_id\": \"b\", \"title\": \"T\", \"text\": \"t\", \"metadata\":"
                      + " {\"url\": \"u\"}}",
                  "",
                  "{\"_id\": \"c\", \"title\": \"\", \"text\": \"t\", \"metadata\": {}}")));
      assertThat(server.writer.upserts)
          .containsExactly(
              new Document("b", "T", "t", Map.of("url", "u"), null),
              new Document("c", "", "t", Map.of(), null));
    }
  }

  @Test
  void namesRejectedLinesByTheirNumberInTheFile() throws IOException {
    List<String> lines = lines(1_300);
    lines.set(2, "");
    lines.set(699, "{broken");
    lines.set(1_299, "{\"id\": \"x\", \"text\": \"\"}");
    try (TestServer server = TestServer.start()) {
      CommandRun run = load(server, file(lines));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out())
          .startsWith("accepted 1,297, rejected 2, in ")
          .contains("  line 700: a line must be JSON")
          .contains("  line 1300: text must not be blank");
      assertThat(server.writer.deadLetters).hasSize(2);
    }
  }

  @Test
  void aFileOfBadLinesIsDeliveredAndRejected() throws IOException {
    try (TestServer server = TestServer.start()) {
      CommandRun run = load(server, file(List.of("x", "y")));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).startsWith("accepted 0, rejected 2");
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void theLaterLineOfADocumentIsWrittenLater() throws IOException {
    List<String> lines =
        IntStream.range(0, 5_000)
            .mapToObj(i -> "{\"id\": \"%d\", \"text\": \"%d\"}".formatted(i % 700, i))
            .toList();
    try (TestServer server = TestServer.start()) {
      assertThat(load(server, file(lines)).exitCode()).isZero();
      Map<String, Integer> last = new HashMap<>();
      for (Document document : server.writer.upserts) {
        int version = Integer.parseInt(document.text());
        assertThat(last.getOrDefault(document.id(), -1)).isLessThan(version);
        last.put(document.id(), version);
      }
    }
  }

  @Test
  void waitsForAServerThatIsDown() throws IOException {
    TestServer first = TestServer.start();
    String port = Integer.toString(first.port());
    String url = first.uri().toString();
    first.close();
    List<TestServer> second = new ArrayList<>();
    try {
      CommandRun run =
          CommandRun.of(
              new LoadCommand(duration -> second.add(TestServer.start("port", port))),
              "load",
              "--url",
              url,
              file(lines(10)));
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.err()).contains("nobody answers at " + url, "trying again for 120 s");
      assertThat(second.get(0).writer.upserts).hasSize(10);
    } finally {
      second.forEach(TestServer::close);
    }
  }

  @Test
  void sendsAgainWhatTheBrokerDidNotTake() throws IOException {
    try (TestServer server = TestServer.start()) {
      server.writer.failing = id -> id.equals("7");
      CommandRun run =
          load(server, file(lines(10)), duration -> server.writer.failing = id -> false);
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).startsWith("accepted 10, rejected 0");
      assertThat(server.writer.upserts).extracting(Document::id).contains("7", "10");
    }
  }

  @Test
  void givesUpInTheEnd() throws IOException {
    try (TestServer server = TestServer.start()) {
      server.writer.failing = id -> true;
      CommandRun run = load(server, file(lines(3_000)), duration -> {});
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).startsWith("accepted 0, rejected 0");
      assertThat(run.err()).contains("no leader").contains("load the file again");
    }
  }

  @Test
  void doesNotRetryWhatCannotGetBetter() throws IOException {
    try (TestServer server = TestServer.start("apiKey", "k")) {
      CommandRun run = load(server, file(lines(10)));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("an API key is needed");
    }
  }

  @Test
  void aMissingFileIsWrongUsage() {
    try (TestServer server = TestServer.start()) {
      CommandRun run = load(server, folder.resolve("no.jsonl").toString());
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("no.jsonl does not exist");
      CommandRun directory = load(server, folder.toString());
      assertThat(directory.exitCode()).isEqualTo(2);
      assertThat(directory.err()).contains("is a folder: name a file of JSON lines");
    }
  }

  @Test
  void anEmptyFileIsSaidToBeEmpty() throws IOException {
    try (TestServer server = TestServer.start()) {
      for (List<String> lines : List.of(List.<String>of(), List.of("", " "))) {
        CommandRun run = load(server, file(lines));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("corpus.jsonl holds no documents: nothing was sent");
      }
    }
  }

  @Test
  void aLineOfEscapesArrivesWhole() throws IOException {
    try (TestServer server = TestServer.start()) {
      String text = "\\u00e4".repeat(300_000);
      CommandRun run = load(server, file(List.of("{\"id\": \"a\", \"text\": \"" + text + "\"}")));
      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      assertThat(server.writer.upserts.get(0).text()).hasSize(300_000);
    }
  }
}
