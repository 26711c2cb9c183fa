package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.retrieval.Bm25Retriever;
import dev.freshet.training.retrieval.DenseRetriever;
import dev.freshet.training.retrieval.QueuedBiEncoder;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import dev.freshet.training.retrieval.Reranker;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.TunedCrossEncoder;
import dev.freshet.training.round.TunedModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The runs of the systems that are compared, each made when first asked for. One thread. */
final class SystemRuns {
  private final CorpusCollection collection;
  private final int depth;
  private final Terminal terminal;
  private final Map<EncoderSettings, Run> dense = new HashMap<>();
  private @Nullable Run bm25;

  /**
   * @param collection whose queries are to be answered
   * @param depth most documents of a query
   * @param terminal for progress
   */
  SystemRuns(CorpusCollection collection, int depth, Terminal terminal) {
    this.collection = collection;
    this.depth = depth;
    this.terminal = terminal;
  }

  Run bm25() {
    if (bm25 == null) {
      try (Bm25Retriever retriever = new Bm25Retriever(collection.documents())) {
        bm25 = retriever.retrieve(collection.queries(), depth);
      }
    }
    return bm25;
  }

  Run dense(EncoderSettings model) {
    return dense.computeIfAbsent(model, this::encodeAndRetrieve);
  }

  Run hybrid(EncoderSettings model) {
    return ReciprocalRankFusion.fuse(List.of(bm25(), dense(model)), depth);
  }

  /**
   * What bm25 found, the best of it ordered anew.
   *
   * @param modules checkpoint of modules that {@linkplain #requireScoring score pairs}
   * @param most documents of a query that are scored
   * @throws CommandException when the modules cannot be used with the model
   */
  Run reranked(EncoderSettings model, Path modules, int most) {
    try (Backbone backbone = Models.backbone(model);
        TunedModel tuned =
            TunedModel.of(backbone, ModuleCheckpoint.open(modules, backbone.sha256()))) {
      Progress progress = new Progress(terminal, System::nanoTime);
      Run reranked =
          new Reranker(new TunedCrossEncoder(tuned), collection.documents())
              .rerank(collection.queries(), bm25(), most);
      progress.notice(
          "scored up to %d documents of each of %,d queries in %.1f s"
              .formatted(most, collection.queries().size(), progress.seconds()));
      return reranked;
    } catch (InvalidModelException e) {
      throw CommandException.wrongUsage(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Looks at a checkpoint before anything long begins.
   *
   * @throws CommandException when there is none, or its modules score nothing
   */
  static void requireScoring(Path modules) {
    try {
      if (!Tuning.parse(ModuleCheckpoint.manifest(modules).method()).head()) {
        throw CommandException.wrongUsage(
            "%s has modules that make embeddings: those of 'freshet train --task reranking' score pairs"
                .formatted(modules));
      }
    } catch (InvalidModelException e) {
      throw CommandException.wrongUsage(String.valueOf(e.getMessage()));
    }
  }

  private Run encodeAndRetrieve(EncoderSettings model) {
    List<CorpusDocument> documents = collection.documents();
    try (Encoder queryEncoder = Models.acquire(model, Side.QUERY);
        Encoder documentEncoder = Models.acquire(model, Side.DOCUMENT)) {
      terminal.err().println(documentEncoder.description());
      long characters = documents.stream().mapToLong(document -> document.text().length()).sum();
      Progress progress = new Progress(terminal, System::nanoTime);
      AtomicInteger documentsDone = new AtomicInteger();
      AtomicLong charactersDone = new AtomicLong();
      DenseRetriever retriever;
      try {
        retriever =
            DenseRetriever.index(
                documents,
                new QueuedBiEncoder(queryEncoder, documentEncoder),
                document ->
                    progress.atDocuments(
                        (double) charactersDone.addAndGet(document.text().length()) / characters,
                        documentsDone.incrementAndGet()));
      } finally {
        progress.clear();
      }
      progress.notice(
          "encoded %,d documents in %,d passages in %.1f s"
              .formatted(documents.size(), retriever.passages(), progress.seconds()));
      return retriever.retrieve(collection.queries(), depth);
    }
  }
}
