package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.lab.FirstStage;
import dev.freshet.training.lab.LabCollection;
import dev.freshet.training.retrieval.Bm25Retriever;
import dev.freshet.training.retrieval.DenseRetriever;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.TunedBiEncoder;
import dev.freshet.training.round.TunedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the hard negatives of retrieval come from. A picocli mixin. */
final class NegativeOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--negatives-from",
      paramLabel = "SYSTEM",
      description =
          "Whose best documents become hard negatives: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}). dense is the model with the modules of encoder.modules, as the"
              + " index is that they serve.")
  private Source source = Source.bm25;

  /** Systems by the names that people type. */
  private enum Source {
    bm25,
    dense
  }

  /**
   * Holds the option against another one.
   *
   * @param hardNegatives of an example in a step of retrieval
   * @throws ParameterException when negatives are to be found that nobody takes
   */
  void check(int hardNegatives) {
    if (source != Source.bm25 && hardNegatives == 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--negatives-from %s needs hard negatives of retrieval: --hard-negatives must be at least 1, was 0"
              .formatted(source));
    }
  }

  /**
   * What decides the negatives, by the names that reports show.
   *
   * @param modules of the index; null for none
   * @throws InvalidModelException when they cannot be used
   */
  Map<String, String> items(@Nullable Path modules) {
    return source == Source.bm25
        ? Map.of()
        : Map.of(
            "hard negatives from",
            modules == null
                ? "dense, no modules"
                : "dense, modules SHA-256 " + ModuleCheckpoint.manifest(modules).tensors());
  }

  /**
   * What is found for the examples' queries. Encodes on the calling thread, so the same model finds
   * the same.
   *
   * @param modules of the index; null for none
   * @throws InvalidModelException when they cannot be used with the backbone
   */
  Run find(LabCollection collection, Backbone backbone, @Nullable Path modules, Terminal terminal) {
    if (source == Source.bm25) {
      try (Bm25Retriever retriever = new Bm25Retriever(collection.documents())) {
        return retriever.retrieve(collection.trainQueries(), FirstStage.DEPTH);
      }
    }
    List<CorpusDocument> documents = collection.documents();
    Progress progress = new Progress(terminal, System::nanoTime);
    AtomicInteger done = new AtomicInteger();
    try (TunedModel model =
        modules == null
            ? TunedModel.frozen(backbone)
            : TunedModel.of(backbone, ModuleCheckpoint.open(modules, backbone.sha256()))) {
      DenseRetriever index =
          DenseRetriever.index(
              documents,
              new TunedBiEncoder(model),
              document ->
                  progress.atDocuments(
                      (double) done.incrementAndGet() / documents.size(), done.get()));
      progress.notice(
          "encoded %,d documents in %.1f s, to find hard negatives"
              .formatted(documents.size(), progress.seconds()));
      return index.retrieve(collection.trainQueries(), FirstStage.DEPTH);
    } finally {
      progress.clear();
    }
  }
}
