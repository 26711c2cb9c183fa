package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.model.checkpoint.FolderLock;
import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.SeededBackbone;
import dev.freshet.training.corpus.CollectionFolder;
import dev.freshet.training.corpus.CorpusSize;
import dev.freshet.training.corpus.GeneratedCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code train}, {@code compare} and {@code clicks} on a collection and a backbone that are small.
 */
@Tag("slow")
class TrainCommandTest {
  private static final String[] QUICK = {
    "--steps",
    "6",
    "--batch",
    "8",
    "--held-out",
    "10",
    "--pool",
    "60",
    "--set",
    "encoder.maxPassages=1"
  };

  @TempDir private static Path shared;
  @TempDir private Path folder;

  @BeforeAll
  static void write() {
    CollectionFolder.write(
        shared.resolve("c"), GeneratedCorpus.generate(new CorpusSize(200, 20), 3));
    SeededBackbone.write(shared.resolve("m"), new BackboneShape(1, 16, 2, 32, 64), 1, null);
  }

  private static CommandRun run(String command, String... options) {
    List<String> arguments = new ArrayList<>(List.of(command, shared.resolve("c").toString()));
    arguments.addAll(List.of("--model", shared.resolve("m").toString()));
    arguments.addAll(List.of(QUICK));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  @Test
  void publishesTheNextGeneration() throws IOException {
    String registry = folder.resolve("registry").toString();
    CommandRun first = run("train", "--registry", registry, "--hard-negatives", "1");
    CommandRun second =
        run(
            "train",
            "--registry",
            registry,
            "--sides",
            "query",
            "--hard-negatives",
            "1",
            "--negatives-from",
            "dense",
            "--set",
            "encoder.modules=" + registry + "/1");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out()).contains("checkpoint 1 in " + registry, "nDCG@10", "untuned");
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(second.out()).contains("checkpoint 2 in " + registry);
    assertThat(second.err()).contains("encoded 200 documents", "to find hard negatives");
    JsonNode manifest = json(folder.resolve("registry/2/modules.json"));
    assertThat(manifest.path("sides").asText()).isEqualTo("query");
    assertThat(manifest.path("metrics").has("held out nDCG@10")).isTrue();
    assertThat(folder.resolve("registry").toFile().list())
        .containsExactlyInAnyOrder("1", "2", ".training.lock");
    CommandRun evaluated =
        CommandRun.of(
            "evaluate",
            shared.resolve("c").toString(),
            "--model",
            shared.resolve("m").toString(),
            "--methods",
            "dense",
            "--set",
            "encoder.modules=" + folder.resolve("registry/1"));
    assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
    CommandRun noScores =
        CommandRun.of(
            "evaluate",
            shared.resolve("c").toString(),
            "--model",
            shared.resolve("m").toString(),
            "--reranker",
            registry + "/1");
    assertThat(noScores.exitCode()).isEqualTo(2);
    assertThat(noScores.err()).contains("registry/1 has modules that make embeddings");
  }

  @Test
  void aCrossEncoderReRanksAndServesNobody() {
    String registry = folder.resolve("registry").toString();
    CommandRun trained =
        run(
            "train",
            "--registry",
            registry,
            "--task",
            "reranking",
            "--scoring-batch",
            "2",
            "--scoring-negatives",
            "2");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    String[] model = {shared.resolve("c").toString(), "--model", shared.resolve("m").toString()};
    CommandRun reranked =
        evaluate(model, "--methods", "bm25", "--reranker", registry + "/1", "--rerank-depth", "5");
    assertThat(reranked.exitCode()).as(reranked.err()).isZero();
    assertThat(reranked.out()).contains("bm25+1");
    CommandRun served =
        evaluate(model, "--methods", "dense", "--set", "encoder.modules=" + registry + "/1");
    assertThat(served.exitCode()).isEqualTo(2);
    assertThat(served.err()).contains("score pairs of texts", "cannot be served");
  }

  private static CommandRun evaluate(String[] collection, String... options) {
    List<String> arguments = new ArrayList<>(List.of("evaluate"));
    arguments.addAll(List.of(collection));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void aTrainingThatDivergesPublishesNothing() {
    String[] diverging = {"--registry", folder.toString(), "--method", "full", "--rate", "1e30"};
    CommandRun atAStep = run("train", diverging);
    assertThat(atAStep.exitCode()).isEqualTo(1);
    assertThat(atAStep.err()).contains("nothing was published");
    List<String> looking = new ArrayList<>(List.of(diverging));
    looking.addAll(List.of("--look-every", "1"));
    CommandRun atALook = run("train", looking.toArray(String[]::new));
    assertThat(atALook.exitCode()).isEqualTo(1);
    assertThat(atALook.err())
        .contains("after step 1 of", "try a lower one", "nothing was published");
    assertThat(folder.toFile().list()).containsExactly(".training.lock");
  }

  @Test
  void twoAtATimeInARegistryAreOneTooMany() {
    try (FolderLock held = FolderLock.take(folder.resolve(".training.lock")).orElseThrow()) {
      CommandRun run = run("train", "--registry", folder.toString());
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .contains(folder + " is in use by another 'freshet train': stop that one")
          .doesNotContain("step");
    }
  }

  @Test
  void comparesAndGoesOn() throws IOException {
    String out = folder.resolve("out").toString();
    String[] grid = {
      "--out",
      out,
      "--methods",
      "bitfit,iaa-l",
      "--scoring-methods",
      "bitfit",
      "--budgets",
      "0.01",
      "--rates",
      "1e-2",
      "--seeds",
      "2",
      "--scoring-batch",
      "2",
      "--scoring-negatives",
      "2",
      "--scoring-queries",
      "5"
    };
    CommandRun first = run("compare", grid);
    assertThat(first.exitCode()).as(first.err()).isZero();
    JsonNode results = json(folder.resolve("out/results.json"));
    int trials = results.path("trials").size();
    assertThat(trials).isGreaterThanOrEqualTo(6);
    assertThat(Files.readString(folder.resolve("out/report.html"))).contains("iaa-l");
    CommandRun again = run("compare", grid);
    assertThat(again.err()).doesNotContain("held out 0");
    assertThat(json(folder.resolve("out/results.json")).path("trials").size()).isEqualTo(trials);
    assertRefusesToGoOn("temperature", "--out", out, "--temperature", "1");
    assertRefusesToGoOn(
        "hard negatives from", "--out", out, "--hard-negatives", "1", "--negatives-from", "dense");
  }

  private static void assertRefusesToGoOn(String setting, String... options) {
    CommandRun other = run("compare", options);
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains(setting);
  }

  @Test
  void tunesByClicksAndGoesOn() throws IOException {
    String out = folder.resolve("clicks").toString();
    String[] study = {
      "--out",
      out,
      "--pages",
      "bm25,dense",
      "--users",
      "cascade",
      "--sessions",
      "4",
      "--rounds",
      "2"
    };
    CommandRun first = run("clicks", study);
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.err()).contains("7 of 7").contains("dense_cascade_posterior_s1");
    JsonNode lessons = json(folder.resolve("clicks/results.json")).path("lessons");
    assertThat(lessons.size()).isEqualTo(7);
    assertThat(Files.readString(folder.resolve("clicks/report.html")))
        .contains("inverse-propensity", "judgements", "cascade users, dense pages");
    CommandRun again = run("clicks", study);
    assertThat(again.exitCode()).isZero();
    assertThat(again.err()).doesNotContain("of 7");
    CommandRun other =
        run("clicks", "--out", out, "--sessions", "4", "--rounds", "2", "--noise", "0.2");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("0.1 on what does not");
  }

  private static void assertNone(String option, String message) {
    CommandRun none =
        CommandRun.of("train", shared.resolve("c").toString(), "--registry", "r", option, "0");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains(message);
  }

  @Test
  void refusesWhatCannotBe() {
    assertThat(run("clicks", "--out", "o", "--users", "kind").err())
        .contains("position-based", "but was 'kind'");
    assertThat(run("clicks", "--out", "o", "--noise", "0.95").err())
        .contains("noise must be 0 or more and below attraction");
    assertThat(run("train", "--registry", "r", "--method", "lara").err())
        .contains("'lara' is no method: known are [adapter, bitfit,");
    assertThat(run("train", "--registry", "r", "--budget", "0.0000001").exitCode()).isEqualTo(2);
    assertNone("--steps", "at least 1 step of at least 1 pass, was 0");
    assertNone("--scoring-batch", "at least 1 example a batch");
    assertThat(run("train", "--registry", "r", "--hard-negatives", "101").err())
        .contains("--hard-negatives must be at most the 100 documents", "was 101");
    assertNone("--held-out", "--held-out and --pool must be at least 1, were 0 and 2000");
    CommandRun sides = run("train", "--registry", "r", "--task", "reranking", "--sides", "query");
    assertThat(sides.err()).contains("--sides must be shared");
    assertThat(run("compare", "--out", "o", "--rates", "-1").err()).contains("above 0");
    assertThat(run("compare", "--out", "o", "--negatives-from", "dense").err())
        .contains("--hard-negatives must be at least 1, was 0");
    String[] noModules = {
      "--registry",
      "r",
      "--hard-negatives",
      "1",
      "--negatives-from",
      "dense",
      "--set",
      "encoder.modules=none"
    };
    CommandRun missing = run("train", noModules);
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("none/modules.json is missing");
  }
}
