package dev.freshet.pipeline.app;

import dev.freshet.training.corpus.CollectionFolder;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusSize;
import dev.freshet.training.corpus.GeneratedCorpus;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet corpus}. */
@Command(
    name = "corpus",
    description =
        "Write a generated collection: documents.jsonl, queries.jsonl in three registers, qrels.tsv."
            + " For trying things out: its everyday queries share no word with their answers.")
final class CorpusCommand implements Runnable {
  @Parameters(paramLabel = "DIR", description = "Folder to write.")
  private Path folder = Path.of(".");

  @Option(names = "--documents", description = "How many (default: ${DEFAULT-VALUE}).")
  private int documents = CorpusSize.DEFAULT.documents();

  @Option(names = "--queries", description = "In each register (default: ${DEFAULT-VALUE}).")
  private int queries = CorpusSize.DEFAULT.queriesPerRegister();

  @Option(names = "--seed", description = "Same seed, same bytes (default: ${DEFAULT-VALUE}).")
  private long seed = GeneratedCorpus.DEFAULT_SEED;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    CorpusCollection collection;
    try {
      collection = GeneratedCorpus.generate(new CorpusSize(documents, queries), seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    CollectionFolder.write(folder, collection);
    spec.commandLine()
        .getOut()
        .printf(
            "wrote %s: %,d documents, %,d queries, %,d judgements%n",
            folder,
            collection.documents().size(),
            collection.queries().size(),
            collection.judgements().size());
    spec.commandLine().getOut().flush();
  }
}
