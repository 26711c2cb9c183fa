package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.service.Encoders;
import dev.freshet.training.corpus.CollectionFolder;
import dev.freshet.training.corpus.CorpusSize;
import dev.freshet.training.corpus.GeneratedCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class PretrainCommandTest {
  @TempDir Path folder;

  private CommandRun pretrain(String... options) {
    List<String> arguments = new ArrayList<>(List.of("pretrain", folder.resolve("m").toString()));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void makesAModelThatCanBeServedOfDocumentsAlone() throws IOException {
    CollectionFolder.write(
        folder.resolve("c"), GeneratedCorpus.generate(new CorpusSize(100, 10), 1));
    Files.delete(folder.resolve("c/queries.jsonl"));
    Files.delete(folder.resolve("c/qrels.tsv"));
    String[] options = {
      "--collection",
      folder.resolve("c").toString(),
      "--layers",
      "1",
      "--hidden",
      "16",
      "--heads",
      "2",
      "--ffn",
      "16",
      "--vocabulary",
      "600",
      "--masked-steps",
      "3",
      "--contrastive-steps",
      "2",
      "--contrastive-batch",
      "4"
    };
    CommandRun run = pretrain(options);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("wrote " + folder.resolve("m"));
    EncoderSettings settings = EncoderSettings.defaults().withModel(folder.resolve("m"));
    try (Encoder encoder = Encoders.acquire(settings)) {
      assertThat(encoder.description()).contains("BERT of 1 layers, width 16");
    }

    CommandRun again = pretrain(options);
    assertThat(again.exitCode()).isEqualTo(Freshet.WRONG_USAGE);
    assertThat(again.err()).contains("holds a finished model");
  }

  @Test
  void wrongUsageIsNamedBeforeAnythingIsWritten() {
    String nowhere = folder.resolve("nowhere").toString();
    assertThat(pretrain("--collection", nowhere).err())
        .contains("nowhere is no collection: it has no documents.jsonl");
    assertThat(pretrain("--hidden", "10", "--heads", "3").err()).contains("hidden 10, heads 3");
    assertThat(pretrain("--device", "tpu").err())
        .contains("device must be cpu, gpu:N or auto, was tpu");
    CommandRun vocabulary = pretrain("--vocabulary", "20");
    assertThat(vocabulary.exitCode()).isEqualTo(Freshet.WRONG_USAGE);
    assertThat(vocabulary.err()).contains("a vocabulary of 20 pieces cannot hold");
    assertThat(folder.resolve("m").resolve("model.safetensors")).doesNotExist();
  }
}
