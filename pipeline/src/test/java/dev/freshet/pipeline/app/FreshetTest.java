package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.http.TestServer;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Missing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshetTest {
  @TempDir Path folder;

  @Test
  void helpNamesEveryCommand() {
    CommandRun help = CommandRun.of("-h");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("load", "search", "generations", "config", "Exit codes:");
    for (String command : Freshet.commandLine().getSubcommands().keySet()) {
      assertThat(CommandRun.of(command, "--help").out()).contains("Usage: freshet " + command);
    }
    assertThat(CommandRun.of("--version").out()).startsWith("freshet ");
  }

  @Test
  void helpIsACommandToo() {
    assertThat(CommandRun.of("help").out()).isEqualTo(CommandRun.of("--help").out());
    assertThat(CommandRun.of("help", "search").out())
        .isEqualTo(CommandRun.of("search", "--help").out());
    assertThat(CommandRun.of("help", "job", "index").out())
        .isEqualTo(CommandRun.of("job", "index", "--help").out());
    CommandRun unknown = CommandRun.of("help", "serch");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("there is no command 'serch'; known are", "search");
  }

  @Test
  void wrongUsageIsALineAndAHint() {
    CommandRun none = CommandRun.of();
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).startsWith("freshet: a command is missing");
    CommandRun slip = CommandRun.of("serch");
    assertThat(slip.exitCode()).isEqualTo(2);
    assertThat(slip.err()).contains("Did you mean", "search");
    CommandRun option = CommandRun.of("search", "-k", "many", "x");
    assertThat(option.exitCode()).isEqualTo(2);
    assertThat(option.err()).contains("-k", "many").contains("Try: freshet search --help");
  }

  @Test
  void configPrintsWhatHolds() throws IOException {
    Path file = Files.writeString(folder.resolve("f.yaml"), "serve: {port: 1}\nstore:\n");
    CommandRun run =
        CommandRun.of(
            "config",
            "--config",
            file.toString(),
            "--data-dir",
            "/d",
            "--set",
            "encoder.threads=3",
            "--set=kafka.properties.a.b=c=d",
            "--model",
            "/m");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("dataDir: /d", "port: 1", "threads: 3", "a.b: \"c=d\"", "model: /m");
  }

  @Test
  void corpusWritesAFolder() throws IOException {
    CommandRun run =
        CommandRun.of("corpus", folder.toString(), "--documents", "400", "--queries", "10");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("400 documents, 30 queries");
    assertThat(Files.readAllLines(folder.resolve("documents.jsonl"))).hasSize(400);
    assertThat(Files.readAllLines(folder.resolve("queries.jsonl"))).hasSize(30);
    CommandRun tooMany = CommandRun.of("corpus", folder.toString(), "--documents", "1000000");
    assertThat(tooMany.exitCode()).isEqualTo(2);
    assertThat(tooMany.err()).contains("documents must be at most", "1000000");
  }

  @Test
  void aWrongSettingIsWrongUsage() {
    CommandRun run = CommandRun.of("config", "--set", "serve.prt=1");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualToIgnoringNewLines(
            "freshet config: command line: unknown key 'serve.prt'; did you mean 'serve.port'?");
    assertThat(CommandRun.of("config", "--port", "x", "--verbose").err())
        .contains("serve.port must be a whole number, was 'x'", "InvalidConfigException");
  }

  @Test
  void searchSaysWhatAnAnswerLacks() {
    try (TestServer server = TestServer.start()) {
      server.searcher.missing = List.of(new Missing(List.of(2, 3), "nobody answers"));
      CommandRun run =
          CommandRun.of("search", "--url", server.uri() + "/", "--recall", "0.5", "ice");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).contains("partial: nothing of the partitions [2,3], nobody answers");
      assertThat(server.searcher.requests.get(0).recall()).isEqualTo(0.5);
    }
  }

  @Test
  void searchShowsHits() {
    try (TestServer server = TestServer.start()) {
      server.searcher.documents.put(
          "a", new Document("a", "On ice\u001b[31m", "glaciers move ".repeat(100), Map.of(), null));
      CommandRun run = CommandRun.of("search", "--url", server.uri() + "/", "-k", "3", "ice");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out().lines().toList())
          .hasSize(5)
          .first()
          .isEqualTo("  1  0.5000  On ice [31m  a");
      assertThat(run.out()).contains("move …").contains("1 hit from generation 1 in 1.3 ms");
      assertThat(server.searcher.requests.get(0).k()).isEqualTo(3);
      assertThat(server.searcher.requests.get(0).mode()).isEqualTo(SearchMode.HYBRID);
      String url = server.uri().toString();
      assertThat(CommandRun.of("search", "--url", url, "--mode", "lexical", "ice").exitCode())
          .isZero();
      assertThat(server.searcher.requests.get(1).mode()).isEqualTo(SearchMode.LEXICAL);
      CommandRun unknown = CommandRun.of("search", "--url", url, "--mode", "dnse", "ice");
      assertThat(unknown.exitCode()).isEqualTo(2);
      assertThat(unknown.err())
          .startsWith("freshet search: --mode must be dense, lexical, hybrid, was \"dnse\"");
      assertThat(CommandRun.of("search", "--url", server.uri().toString(), "--json", "ice").out())
          .startsWith("{\"queryId\":\"q-1\"");
    }
  }

  @Test
  void searchPassesRefusalsOn() {
    try (TestServer server = TestServer.start("apiKey", "k")) {
      String url = server.uri().toString();
      CommandRun noKey = CommandRun.of("search", "--url", url, "ice");
      assertThat(noKey.exitCode()).isEqualTo(1);
      assertThat(noKey.err()).contains("an API key is needed").contains("FRESHET_API_KEY");
      CommandRun refused =
          CommandRun.of("search", "--url", url, "--api-key", "k", "--filter", "{}", "ice");
      assertThat(refused.err()).startsWith("freshet search: filter is {}, it must be an object");
      CommandRun broken = CommandRun.of("search", "--url", url, "--filter", "{", "ice");
      assertThat(broken.exitCode()).isEqualTo(2);
      assertThat(broken.err()).startsWith("freshet search: --filter must be JSON");
      server.close();
      CommandRun gone = CommandRun.of("search", "--url", url, "ice");
      assertThat(gone.exitCode()).isEqualTo(1);
      assertThat(gone.err())
          .isEqualToIgnoringNewLines(
              "freshet search: nobody answers at " + url + " (is Freshet running there?)");
    }
    assertThat(CommandRun.of("search", "--url", "localhost:1", "ice").exitCode()).isEqualTo(2);
  }

  @Test
  void generationsAreATable() {
    try (TestServer server = TestServer.start()) {
      CommandRun run = CommandRun.of("generations", "--url", server.uri().toString());
      assertThat(run.out().lines().toList().get(1))
          .isEqualTo(
              "*          1  SERVED                0            0    384   100.0 %      1 MiB  1,200 changes behind");
    }
  }

  @Test
  void aGenerationThatIsBuiltSaysHowLongAndARejectedOneWhy() {
    try (TestServer server = TestServer.start()) {
      server.searcher.newer =
          List.of(
              GenerationStatus.elsewhere(
                  published(3)
                      .rejected(List.of("held-out clicks\u001b[31m prove a loss"), Instant.EPOCH)),
              GenerationStatus.here(
                  published(2).building(new TreeMap<>(), Instant.EPOCH),
                  false,
                  4_300,
                  5_160,
                  384,
                  0.43,
                  310.4,
                  11.7,
                  5_700L,
                  7 << 20));
      CommandRun run = CommandRun.of("generations", "--url", server.uri().toString());
      assertThat(run.out().lines().skip(1).limit(3))
          .containsExactly(
              "           3  REJECTED              0            0      0     0.0 %      0 MiB",
              "              held-out clicks [31m prove a loss",
              "           2  BUILDING          4,300        5,160    384    43.0 %      7 MiB  310/s, 12 s left");
      assertThat(run.out().lines().toList()).hasSize(6);
    }
  }

  private static GenerationRecord published(int generation) {
    return GenerationRecord.published(
        generation, "f", "a model", generation, 1, Map.of(), Instant.EPOCH);
  }

  @Test
  void aPlanIsToldInWordsAndTheBudgetIsChanged() {
    try (TestServer server = TestServer.start()) {
      String url = server.uri().toString();
      assertThat(CommandRun.of("generations", "plan", "--url", url).out().lines())
          .containsExactly(
              "documents  1,000 in 1,200 passages, as in generation 1",
              "changes    up to 500 more in the log, which later ones superseded: they are encoded, too",
              "tokens     90,000, told from 256 documents",
              "time       13 s at 7,200 tokens/s, as this node encodes now",
              "disk       3 MiB on each node at most, 4 MiB on the brokers");
      assertThat(CommandRun.of("generations", "budget", "0.4", "--url", url).out())
          .contains("40 %");
      assertThat(Encoders.refreshShare()).isEqualTo(0.4);
      assertThat(CommandRun.of("generations", "budget", "--url", url).out()).contains("40 %");
      CommandRun wrong = CommandRun.of("generations", "budget", "7", "--url", url);
      assertThat(wrong.exitCode()).isEqualTo(1);
      assertThat(wrong.err()).contains("above 0 and at most 1, was 7.0");
    } finally {
      Encoders.refreshShare(1);
    }
  }
}
