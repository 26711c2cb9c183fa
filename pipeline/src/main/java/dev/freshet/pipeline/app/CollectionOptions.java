package dev.freshet.pipeline.app;

import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.GeneratedCorpus;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which judged collection a command works on. A picocli mixin. */
final class CollectionOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "COLLECTION",
      description = "Folder of documents.jsonl, queries.jsonl and qrels.tsv.")
  private @Nullable Path folder;

  @Option(
      names = "--generated",
      description = "The generated collection instead, as 'freshet corpus' writes it.")
  private boolean generated;

  /**
   * The collection that was asked for.
   *
   * @throws ParameterException when none was, or two
   */
  CorpusCollection read() {
    if (generated == (folder != null)) {
      throw new ParameterException(
          spec.commandLine(),
          generated
              ? "give COLLECTION or --generated, not both"
              : "COLLECTION is missing: name a folder, or give --generated");
    }
    return folder == null
        ? GeneratedCorpus.generate(GeneratedCorpus.DEFAULT_SEED)
        : JudgedCollections.read(folder);
  }

  /** For people. */
  String name() {
    // Absolute, so that '.' has a name.
    return folder == null
        ? "generated"
        : String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }
}
