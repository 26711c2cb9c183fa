package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.lab.FirstStage;
import dev.freshet.training.lab.LabCollection;
import dev.freshet.training.retrieval.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who finds the hard negatives of retrieval. A picocli mixin. */
final class NegativeOptions {
  @Option(
      names = "--negatives-from",
      paramLabel = "SYSTEM",
      description =
          "Who takes hard negatives of retrieval for answers: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}). dense is the model with the modules of encoder.modules, as the"
              + " index is that they serve.")
  private Source source = Source.bm25;

  /** Systems by the names that people type. */
  private enum Source {
    bm25,
    dense
  }

  /**
   * What is found for the examples' queries.
   *
   * @param model with the modules of the index
   */
  Run find(LabCollection collection, EncoderSettings model, Terminal terminal) {
    CorpusCollection asked =
        new CorpusCollection(collection.documents(), collection.trainQueries(), List.of());
    SystemRuns systems = new SystemRuns(asked, FirstStage.DEPTH, terminal);
    return source == Source.bm25 ? systems.bm25() : systems.dense(model);
  }

  /**
   * What decides the negatives, by the names that reports show.
   *
   * @throws CommandException when the modules cannot be read
   */
  Map<String, String> items(EncoderSettings model) {
    return source == Source.bm25
        ? Map.of()
        : Map.of("hard negatives from", "dense, " + modules(model.modules()));
  }

  private static String modules(@Nullable Path folder) {
    if (folder == null) {
      return "no modules";
    }
    try {
      return "modules SHA-256 " + ModuleCheckpoint.manifest(folder).tensors();
    } catch (InvalidModelException e) {
      throw CommandException.wrongUsage(String.valueOf(e.getMessage()));
    }
  }
}
