package dev.freshet.pipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.app.Freshet;
import dev.freshet.training.corpus.CollectionFolder;
import dev.freshet.training.corpus.CorpusSize;
import dev.freshet.training.corpus.GeneratedCorpus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What cannot be shown is refused before anything is started. */
class DemoCommandTest {
  @TempDir private Path folder;
  private Path documents;
  private Path queries;
  private Path judgements;
  private Path data;

  @BeforeEach
  void writeCollection() {
    CollectionFolder.write(folder, GeneratedCorpus.generate(new CorpusSize(200, 20), 3));
    documents = folder.resolve("documents.jsonl");
    queries = folder.resolve("queries.jsonl");
    judgements = folder.resolve("qrels.tsv");
    data = folder.resolve("data");
  }

  private record Refusal(int exitCode, String reason) {}

  private Refusal demo(Object... more) {
    List<String> arguments =
        new ArrayList<>(List.of("demo", "--exit", "--port", "0", "--data-dir", data.toString()));
    for (Object each : more) {
      arguments.add(each.toString());
    }
    StringWriter err = new StringWriter();
    CommandLine line = Freshet.commandLine();
    line.setErr(new PrintWriter(err, true));
    line.setOut(new PrintWriter(new StringWriter()));
    return new Refusal(line.execute(arguments.toArray(String[]::new)), err.toString());
  }

  @Test
  void aCollectionWithoutOneOfItsFilesIsWrongUsage() {
    for (List<Object> two :
        List.<List<Object>>of(
            List.of("--documents", documents, "--queries", queries),
            List.of("--documents", documents, "--qrels", judgements),
            List.of("--queries", queries, "--qrels", judgements))) {
      Refusal refusal = demo(two.toArray());
      assertThat(refusal.exitCode()).as("%s", two).isEqualTo(Freshet.WRONG_USAGE);
      assertThat(refusal.reason())
          .contains("--documents, --queries and --qrels belong together: give all three");
    }
    assertThat(data).doesNotExist();
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path missing = folder.resolve("missing.tsv");
    Refusal refusal = demo("--documents", documents, "--queries", queries, "--qrels", missing);
    assertThat(refusal.exitCode()).isEqualTo(Freshet.WRONG_USAGE);
    assertThat(refusal.reason()).contains(missing + " is not a file");
  }

  @Test
  void aMalformedJudgementIsToldWithItsPlaceAndValue() throws IOException {
    String first = Files.readAllLines(judgements).get(0);
    Files.writeString(judgements, first.replaceAll("\\d+$", "good") + "\n");
    Refusal grade = demo("--documents", documents, "--queries", queries, "--qrels", judgements);
    assertThat(grade.exitCode()).isEqualTo(Freshet.FAILED);
    assertThat(grade.reason())
        .contains(judgements + ", line 1: grade must be a whole number, was good");

    Files.writeString(judgements, first + "\n" + first.replace('\t', ' ') + "\n");
    Refusal fields = demo("--documents", documents, "--queries", queries, "--qrels", judgements);
    assertThat(fields.exitCode()).isEqualTo(Freshet.FAILED);
    assertThat(fields.reason())
        .contains(judgements + ", line 2: must be query, document and grade", "has 1 fields");
    assertThat(data).doesNotExist();
  }

  @Test
  void aCollectionThatLeavesNothingToMeasureWithIsWrongUsage() throws IOException {
    String first = Files.readAllLines(judgements).get(0);
    Files.writeString(judgements, first + "\n");
    Refusal refusal = demo("--documents", documents, "--queries", queries, "--qrels", judgements);
    assertThat(refusal.exitCode()).isEqualTo(Freshet.WRONG_USAGE);
    assertThat(refusal.reason()).contains("queries with an answer: it takes more");
  }

  @Test
  void aDataDirectoryInUseIsNamedAndLeftAsItIs() throws IOException {
    Path own = Files.writeString(Files.createDirectories(data).resolve("notes.txt"), "mine");
    Refusal refusal = demo("--documents", documents, "--queries", queries, "--qrels", judgements);
    assertThat(refusal.exitCode()).isEqualTo(Freshet.WRONG_USAGE);
    assertThat(refusal.reason()).contains(data + " is in use", "--data-dir");
    assertThat(own).hasContent("mine");
    assertThat(data).isDirectoryContaining(own::equals);
  }

  @Test
  void numbersBelowOneAreRefusedWithTheirValue() {
    for (String option : List.of("--rounds", "--searches", "--held-out")) {
      Refusal refusal = demo(option, 0);
      assertThat(refusal.exitCode()).isEqualTo(Freshet.WRONG_USAGE);
      assertThat(refusal.reason()).contains(option + " must be at least 1, was 0");
    }
    assertThat(data).doesNotExist();
  }
}
