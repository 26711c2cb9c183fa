package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.SeededBackbone;
import dev.freshet.training.corpus.CollectionFolder;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.corpus.QueryRegister;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  /** BM25 finds the first at rank 1, the second at rank 2, behind a shorter page; not the third. */
  private static final CorpusCollection COLLECTION =
      new CorpusCollection(
          List.of(
              document("ice", "glaciers move slowly"),
              document("sea", "the moon raises the tides of the sea, every day and every night"),
              document("bay", "tides of the sea"),
              document("sun", "light and warmth")),
          List.of(
              new CorpusQuery("q1", "glaciers", QueryRegister.TERMS),
              new CorpusQuery("q2", "tides sea", QueryRegister.TERMS),
              new CorpusQuery("q3", "daytime star", QueryRegister.EVERYDAY),
              new CorpusQuery("q4", "nobody judged this", null)),
          List.of(
              new Judgement("q1", "ice", 1),
              new Judgement("q2", "sea", 1),
              new Judgement("q3", "sun", 1)));

  private static final double AT_RANK_2 = Math.log(2) / Math.log(3);

  @TempDir Path folder;

  private static CorpusDocument document(String id, String text) {
    return new CorpusDocument(id, "", text, Map.of());
  }

  @BeforeEach
  void write() {
    CollectionFolder.write(folder.resolve("c"), COLLECTION);
  }

  private CommandRun evaluate(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("evaluate", folder.resolve("c").toString(), "--part", "all"));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(file(name).toFile());
  }

  private String model(String name, long seed) {
    Path model = file(name);
    SeededBackbone.write(model, new BackboneShape(1, 16, 2, 32, 64), seed, null);
    return model.toString();
  }

  @Test
  void showsMeasuresAndRegistersOfBm25() {
    CommandRun run = evaluate("--methods", "bm25");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    // 0.544 = (1 + 1/log2(3) + 0) / 3; 0.815 = (1 + 1/log2(3)) / 2
    assertThat(run.out())
        .isEqualToNormalizingNewlines(
            """
            c: 4 documents, 3 judged queries
            system  nDCG@10  MRR@10  MAP@1000  Recall@100  Success@10
            bm25      0.544   0.500     0.500       0.667       0.667

            nDCG@10 by how the queries are worded
            system  terms (2)  everyday (1)
            bm25        0.815         0.000
            """);
  }

  @Test
  void aRunFileThatItWroteHasTheSameMeasures() throws IOException {
    CommandRun written =
        evaluate(
            "--methods",
            "bm25",
            "--run-out",
            file("runs").toString(),
            "--json",
            file("out/a.json").toString());
    assertThat(written.exitCode()).as(written.err()).isZero();
    assertThat(Files.readAllLines(file("runs/bm25.run")))
        .hasSize(3)
        .first()
        .matches(line -> line.matches("q1 Q0 ice 1 [0-9.]+ bm25"));

    String run = file("runs/bm25.run").toString();
    assertThat(evaluate("--run", run, "--json", file("b.json").toString()).exitCode()).isZero();
    JsonNode first = json("out/a.json").path("systems").path(0);
    JsonNode again = json("b.json").path("systems").path(0);
    assertThat(first.path("metrics").path("nDCG@10").asDouble())
        .isCloseTo((1 + AT_RANK_2) / 3, within(1e-12));
    assertThat(first.path("registers").path("everyday").path("MAP@1000").asDouble(-1)).isZero();
    assertThat(first.has("comparison")).isFalse();
    assertThat(again.path("system").asText()).isEqualTo("bm25.run");
    assertThat(again.path("metrics")).isEqualTo(first.path("metrics"));
    assertThat(again.path("registers")).isEqualTo(first.path("registers"));
  }

  @Test
  void comparesARunWithTheFirstSystem() throws IOException {
    Files.writeString(
        file("best.run"), "q1 Q0 ice 1 1 t\nq2 Q0 sea 1 1 t\nq3 Q0 sun 1 1 t\nq9 Q0 sun 1 1 t\n");
    CommandRun run =
        evaluate(
            "--methods",
            "bm25",
            "--run",
            file("best.run").toString(),
            "--json",
            file("a.json").toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode comparison = json("a.json").path("systems").path(1).path("comparison");
    assertThat(comparison.path("metric").asText()).isEqualTo("nDCG@10");
    assertThat(comparison.path("difference").asDouble())
        .isCloseTo(1 - (1 + AT_RANK_2) / 3, within(1e-12));
    // Two queries differ, both for the better: 2 of 4 ways to sign them are as far from 0.
    assertThat(comparison.path("pValue").asDouble()).isEqualTo(0.5);
    assertThat(run.out()).contains("best.run    1.000", "+0.456", "0.5000");
  }

  @Test
  void runsSeveralModels() {
    CommandRun run =
        evaluate(
            "--methods",
            "dense,hybrid",
            "--model",
            model("old", 1),
            "--model",
            model("new", 2),
            "--set",
            "encoder.threads=1");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines().skip(2).limit(4).map(line -> line.split(" ")[0]))
        .containsExactly("dense-old", "dense-new", "hybrid-old", "hybrid-new");
    // Exact search ranks every document: nothing is missed among four.
    assertThat(run.out().lines().skip(2).limit(4)).allMatch(line -> line.contains("1.000"));
    assertThat(run.err()).contains("SEEDED RANDOM WEIGHTS", "encoded 4 documents in 4 passages");
  }

  @Tag("slow")
  @Test
  void theGeneratedCollectionNeedsNoFolder() {
    CommandRun run = CommandRun.of("evaluate", "--generated", "--methods", "bm25");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("generated, test part: 6,000 documents, ");
    assertThat(run.out().lines().reduce((a, b) -> b).orElseThrow()).endsWith("0.000");
  }

  private static void assertWrongUsage(CommandRun run, String message) {
    assertThat(run.err()).contains(message);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void refusesWhatCannotBe() throws IOException {
    assertWrongUsage(CommandRun.of("evaluate"), "COLLECTION is missing");
    assertWrongUsage(evaluate("--generated"), "give COLLECTION or --generated, not both");
    assertWrongUsage(evaluate("--depth", "99"), "--depth must be at least 100");
    assertWrongUsage(evaluate("--cutoff", "0"), "--cutoff must be at least 1, was 0");
    assertWrongUsage(evaluate("--methods", "bm52"), "bm52");
    assertWrongUsage(evaluate("--model", file("none").toString()), "none is not a folder");
    assertWrongUsage(
        evaluate("--methods", "bm25", "--model", "x"),
        "--model is for dense, hybrid and --reranker");
    assertWrongUsage(evaluate("--set", "encoder.threds=1"), "did you mean 'encoder.threads'?");
    assertWrongUsage(evaluate("--run", file("none").toString()), "none is not a file");
    String run = Files.writeString(file("a.run"), "x Q0 ice 1 1 t\n").toString();
    assertWrongUsage(evaluate("--run", run), "a.run has none of the 4 queries of c");
    Files.delete(file("c/qrels.tsv"));
    assertWrongUsage(evaluate(), "is no collection: it has no qrels.tsv");
  }

  @Test
  void aModelOrRunMayNotComeTwice() throws IOException {
    String model = model("m", 1);
    assertWrongUsage(
        evaluate("--model", model, "--model", model, "--model", model), "is given twice");
  }

  @Test
  void aMalformedFileIsAFailure() throws IOException {
    Files.writeString(file("a.run"), "q1 Q0 ice\n");
    CommandRun run = evaluate("--run", file("a.run").toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("a.run, line 1: must be query, Q0, document");
  }
}
