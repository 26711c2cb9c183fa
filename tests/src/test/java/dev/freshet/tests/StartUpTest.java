package dev.freshet.tests;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.SeededBackbone;
import dev.freshet.training.corpus.CollectionFolder;
import dev.freshet.training.corpus.CorpusSize;
import dev.freshet.training.corpus.GeneratedCorpus;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be used as configured stops the start, with a sentence that says what to do. */
class StartUpTest {
  private static final int WRONG_CONFIGURATION = 2;
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path folder;

  @Test
  void aFolderInUseIsRefusedAndAStopIsClean() throws Exception {
    String data = folder.resolve("data").toString();
    try (FreshetProcess first =
        FreshetProcess.start(folder, "up", "--data-dir", data, "--port", "0")) {
      first.awaitReady();
      try (FreshetProcess second =
          FreshetProcess.start(folder, "up", "--data-dir", data, "--port", "0")) {
        assertThat(second.awaitExit(PATIENCE_SECONDS)).isEqualTo(WRONG_CONFIGURATION);
        assertThat(second.output()).contains("in use by another Freshet process", "--data-dir");
      }

      long tenSeconds = 10;
      first.stop(tenSeconds);

      assertThat(Files.readString(folder.resolve("data/logs/freshet.log")))
          .doesNotContain("ending all the same", "did not close cleanly");
    }
  }

  @Test
  void aPortInUseIsRefused() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      refused("--port", Integer.toString(taken.getLocalPort()))
          .contains(Integer.toString(taken.getLocalPort()), "in use", "--port");
      refused("--port", "0", "--set", "embedded.kafkaPort=" + taken.getLocalPort())
          .contains(Integer.toString(taken.getLocalPort()), "in use", "embedded.kafkaPort");
    }
  }

  @Test
  void aBrokenModelFolderIsRefused() throws Exception {
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{\"model_type\": \"bert\"}");

    refused("--port", "0", "--model", model.toString()).contains(model.toString());
  }

  @Test
  void anUnknownKeyIsRefusedWithASuggestion() throws Exception {
    Path file = folder.resolve("freshet.yaml");
    Files.writeString(file, "encoder:\n  batchTokns: 5\n");

    refused("--config", file.toString()).contains("encoder.batchTokns", "encoder.batchTokens");
  }

  @Test
  void aTrainingThatIsStoppedEndsAtOnceAndQuietly() throws Exception {
    Path collection = folder.resolve("collection");
    CollectionFolder.write(collection, GeneratedCorpus.generate(new CorpusSize(200, 20), 3));
    Path model = folder.resolve("model");
    SeededBackbone.write(model, new BackboneShape(1, 16, 2, 32, 64), 1, null);
    try (FreshetProcess process =
        FreshetProcess.start(
            folder,
            "train",
            collection.toString(),
            "--model",
            model.toString(),
            "--registry",
            folder.resolve("registry").toString(),
            "--steps",
            "1000000")) {
      await().atMost(ofSeconds(PATIENCE_SECONDS)).until(() -> process.output().contains("loss"));

      int interrupted = 130;
      assertThat(process.stop(PATIENCE_SECONDS)).isEqualTo(interrupted);

      assertThat(process.output()).doesNotContainIgnoringCase("fatal", "exception");
      assertThat(folder).isDirectoryNotContaining("glob:**hs_err*");
    }
  }

  private org.assertj.core.api.AbstractStringAssert<?> refused(String... arguments)
      throws Exception {
    var all = new java.util.ArrayList<>(java.util.List.of("up", "--data-dir"));
    all.add(folder.resolve("data").toString());
    all.addAll(java.util.List.of(arguments));
    try (FreshetProcess process = FreshetProcess.start(folder, all.toArray(String[]::new))) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).isEqualTo(WRONG_CONFIGURATION);
      return assertThat(process.output());
    }
  }
}
