package dev.freshet.pipeline.app;

import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.SeededBackbone;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet seed-model}. */
@Command(
    name = "seed-model",
    description =
        "Write a model folder with seeded random weights: real in shape and speed, but untrained, so"
            + " it matches letters, not meaning. For tests and benchmarks.")
final class SeedModelCommand implements Runnable {
  @Parameters(paramLabel = "DIR", description = "Folder to write.")
  private Path folder = Path.of(".");

  @Option(names = "--shape", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Size size = Size.small;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description = "A BERT tokenizer.json to take along (default: letter n-grams).")
  private @Nullable Path tokenizer;

  @Option(names = "--seed", description = "Same seed, same bytes (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Shapes by the names that people type. */
  @SuppressWarnings("ImmutableEnumChecker") // a record of numbers is immutable
  private enum Size {
    /** For tests. */
    small(new BackboneShape(2, 128, 4, 256, 256)),
    /** all-MiniLM-L6. */
    minilm(new BackboneShape(6, 384, 12, 1536, 512)),
    /** BERT-base. */
    base(new BackboneShape(12, 768, 12, 3072, 512));

    private final BackboneShape shape;

    Size(BackboneShape shape) {
      this.shape = shape;
    }
  }

  @Override
  public void run() {
    SeededBackbone.write(folder, size.shape, seed, tokenizer);
    spec.commandLine().getOut().printf("wrote %s (seeded random weights, untrained)%n", folder);
    spec.commandLine().getOut().flush();
  }
}
