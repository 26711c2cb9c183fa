package dev.freshet.pipeline.app;

import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.training.corpus.GeneratedCorpus;
import dev.freshet.training.pretrain.PretrainSettings;
import dev.freshet.training.pretrain.PretrainTexts;
import dev.freshet.training.pretrain.Pretraining;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet pretrain}. */
@Command(
    name = "pretrain",
    description =
        "Make a small BERT from texts alone: a vocabulary, then guessing hidden tokens, then telling"
            + " documents apart. Goes on where it was stopped. Without options it makes the built-in"
            + " backbone.")
final class PretrainCommand implements Runnable {
  private static final PretrainSettings DEFAULTS = PretrainSettings.builtIn();

  @Parameters(paramLabel = "DIR", description = "Folder for the model; its run's state until then.")
  private Path folder = Path.of(".");

  @Option(
      names = "--collection",
      paramLabel = "FOLDER",
      description =
          "A collection whose documents, and queries of the training part, to learn from, or a folder"
              + " of documents alone; may be given several times (default: the generated one).")
  private List<Path> collections = new ArrayList<>();

  @Option(names = "--layers", description = "Transformer layers (default: ${DEFAULT-VALUE}).")
  private int layers = DEFAULTS.shape().layers();

  @Option(names = "--hidden", description = "Width of a token state (default: ${DEFAULT-VALUE}).")
  private int hidden = DEFAULTS.shape().hidden();

  @Option(names = "--heads", description = "Attention heads a layer (default: ${DEFAULT-VALUE}).")
  private int heads = DEFAULTS.shape().heads();

  @Option(names = "--ffn", description = "Inner width of a layer (default: ${DEFAULT-VALUE}).")
  private int ffn = DEFAULTS.shape().ffn();

  @Option(names = "--window", description = "Most tokens of a text (default: ${DEFAULT-VALUE}).")
  private int window = DEFAULTS.shape().window();

  @Option(names = "--vocabulary", description = "Most word pieces (default: ${DEFAULT-VALUE}).")
  private int vocabulary = DEFAULTS.vocabulary();

  @Option(
      names = "--masked-steps",
      description = "Steps of guessing hidden tokens (default: ${DEFAULT-VALUE}).")
  private int maskedSteps = DEFAULTS.masked().steps();

  @Option(names = "--masked-batch", description = "Windows a step (default: ${DEFAULT-VALUE}).")
  private int maskedBatch = DEFAULTS.masked().batch();

  @Option(names = "--masked-rate", description = "Learning rate (default: ${DEFAULT-VALUE}).")
  private double maskedRate = DEFAULTS.masked().rate();

  @Option(
      names = "--contrastive-steps",
      description = "Steps of telling documents apart (default: ${DEFAULT-VALUE}).")
  private int contrastiveSteps = DEFAULTS.contrastive().steps();

  @Option(
      names = "--contrastive-batch",
      description = "Documents a step (default: ${DEFAULT-VALUE}).")
  private int contrastiveBatch = DEFAULTS.contrastive().batch();

  @Option(names = "--contrastive-rate", description = "Learning rate (default: ${DEFAULT-VALUE}).")
  private double contrastiveRate = DEFAULTS.contrastive().rate();

  @Option(
      names = "--temperature",
      description = "What cosines are divided by (default: ${DEFAULT-VALUE}).")
  private double temperature = DEFAULTS.temperature();

  @Option(names = "--device", description = "cpu, gpu:N or auto (default: ${DEFAULT-VALUE}).")
  private String device = "cpu";

  @Option(
      names = "--seed",
      description = "Same seed, same bytes on one kind of processor (default: ${DEFAULT-VALUE}).")
  private long seed = DEFAULTS.seed();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    Terminal terminal = Terminal.of(spec);
    Progress progress = new Progress(terminal, System::nanoTime);
    try {
      PretrainSettings settings = settings();
      Pretraining.run(folder, texts(), settings, device, new PretrainProgress(progress, settings));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } finally {
      progress.clear();
    }
    terminal.out().printf("wrote %s in %.0f s%n", folder, progress.seconds());
    terminal.out().flush();
  }

  private PretrainSettings settings() {
    return new PretrainSettings(
        new BackboneShape(layers, hidden, heads, ffn, window),
        vocabulary,
        new PretrainSettings.Stage(maskedSteps, maskedBatch, maskedRate),
        new PretrainSettings.Stage(contrastiveSteps, contrastiveBatch, contrastiveRate),
        temperature,
        seed);
  }

  private PretrainTexts texts() {
    if (collections.isEmpty()) {
      return PretrainTexts.of(List.of(GeneratedCorpus.generate(GeneratedCorpus.DEFAULT_SEED)));
    }
    return PretrainTexts.of(collections.stream().map(JudgedCollections::readTexts).toList());
  }
}
