package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.checkpoint.FolderLock;
import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.SeededBackbone;
import dev.freshet.training.corpus.CollectionFolder;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.CorpusSize;
import dev.freshet.training.corpus.GeneratedCorpus;
import dev.freshet.training.corpus.Judgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code compare} and {@code clicks} refuse, and what they keep in their folder. */
class CompareCommandTest {
  @TempDir private static Path shared;
  @TempDir private Path folder;

  @BeforeAll
  static void write() {
    CollectionFolder.write(
        shared.resolve("c"), GeneratedCorpus.generate(new CorpusSize(200, 20), 3));
    SeededBackbone.write(shared.resolve("m"), new BackboneShape(1, 16, 2, 32, 64), 1, null);
  }

  private CommandRun compare(Path collection, String... options) {
    List<String> arguments = new ArrayList<>(List.of("compare", collection.toString()));
    arguments.addAll(List.of("--model", shared.resolve("m").toString()));
    arguments.addAll(List.of("--out", folder.resolve("out").toString()));
    arguments.addAll(List.of("--methods", "bitfit", "--rates", "1e-2", "--seeds", "1"));
    arguments.addAll(List.of("--steps", "2", "--batch", "8", "--held-out", "10", "--pool", "60"));
    arguments.addAll(List.of("--scoring-batch", "2", "--scoring-negatives", "2"));
    arguments.addAll(List.of("--scoring-queries", "5", "--set", "encoder.maxPassages=1"));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "compare | --held-out 0 | --held-out and --pool must be at least 1, were 0 and 2000",
        "compare | --scoring-depth 0 | --scoring-depth must be from 1 to the 100 documents that BM25 finds, was 0",
        "compare | --scoring-depth 101 | was 101",
        "compare | --scoring-queries 0 | --scoring-queries must be at least 1, was 0",
        "compare | --scoring-negatives 0 | 1 negative of each, were 16 and 0",
        "compare | --patience 2 --look-every 0 | --patience 2 counts looks: --look-every must be at least 1, was 0",
        "compare | --look-every -1 | must be 0 or more, were -1 and 0",
        "compare | --steps 0 | at least 1 step of at least 1 pass, was 0 and 1",
        "clicks | --held-out 0 | --held-out and --pool must be at least 1, were 0 and 2000",
        "clicks | --page-size 1 | --page-size must be at least 2 where pages are shuffled (--shuffled 0.1), was 1",
        "clicks | --page-size 101 | --page-size must be at most the 100 documents that BM25 finds, was 101",
        "clicks | --page-size 0 | page size must be at least 1, was 0",
        "clicks | --noise 0.95 | noise must be 0 or more and below attraction",
        "clicks | --rate 0 | the learning rate must be above 0, was 0",
      })
  void numbersAreHeldToTheirLimitsBeforeAnythingIsRead(
      String command, String options, String message) {
    List<String> arguments =
        new ArrayList<>(List.of(command, "none", "--out", folder.resolve("out").toString()));
    arguments.addAll(List.of(options.split(" ")));
    CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
    assertThat(run.err()).contains(message).doesNotContain("none");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aCollectionThatCannotBeDividedIsWrongUsage() {
    CorpusDocument document = new CorpusDocument("d", "", "ice", Map.of());
    CollectionFolder.write(
        folder.resolve("one"),
        new CorpusCollection(
            List.of(document),
            List.of(new CorpusQuery("q", "frozen", null)),
            List.of(new Judgement("q", "d", 1))));
    CommandRun run = compare(folder.resolve("one"));
    assertThat(run.err()).contains("part has no query with a relevant document");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void twoAtATimeAreOneTooMany() {
    try (FolderLock held = WorkFolder.lockExperiment(folder.resolve("out"))) {
      CommandRun run = compare(shared.resolve("c"));
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .contains(
              "out is in use by another 'freshet compare' or 'freshet clicks': stop that one");
    }
  }

  private String read(String file) throws IOException {
    return Files.readString(folder.resolve("out").resolve(file));
  }

  @Test
  @Tag("slow")
  void whatIsInTheFolderStaysAndIsNotMeasuredAgain() throws IOException {
    CommandRun first = compare(shared.resolve("c"), "--scoring-methods", "bitfit");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(read("results.json")).contains("MAP@100");
    // A number that nobody would measure, to tell what was read from what was computed.
    Path baselines = folder.resolve("out/baselines.json");
    Files.writeString(
        baselines,
        Files.readString(baselines).replaceAll("\"nDCG@10\":[0-9.E-]+", "\"nDCG@10\":0.12345"));

    CommandRun more = compare(shared.resolve("c"));
    assertThat(more.exitCode()).as(more.err()).isZero();
    assertThat(read("results.json").split("0\\.12345", -1)).hasSize(1 + 3);
    assertThat(read("report.md")).contains("Re-ranking");

    refuses(compare(shared.resolve("c"), "--cache-gradients"), "gradients = \"of whole batches\"");
    CorpusCollection collection = GeneratedCorpus.generate(new CorpusSize(200, 20), 3);
    List<CorpusDocument> edited = new ArrayList<>(collection.documents());
    CorpusDocument old = edited.get(0);
    edited.set(0, new CorpusDocument(old.id(), old.title(), "another text", old.attributes()));
    CollectionFolder.write(
        folder.resolve("c"),
        new CorpusCollection(edited, collection.queries(), collection.judgements()));
    refuses(compare(folder.resolve("c")), "sha256 of documents, queries and judgements");
  }

  private static void refuses(CommandRun run, String what) {
    assertThat(run.err()).contains("holds trials with", what);
    assertThat(run.exitCode()).isEqualTo(2);
  }
}
