package dev.freshet.training.retrieval;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.Priority;
import dev.freshet.training.corpus.CorpusDocument;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Encodes as the pipeline does: documents cut into the same passages, in the queue of an {@link
 * Encoder} behind whatever else waits there. A bounded number waits at a time, so a large
 * collection is never in memory as tokens.
 */
public final class QueuedBiEncoder implements BiEncoder {
  /** Documents or queries: enough for full batches of similar lengths. */
  private static final int MOST_IN_FLIGHT = 512;

  private final Encoder queryEncoder;
  private final Encoder documentEncoder;

  /**
   * Both stay the caller's, who closes them.
   *
   * @param queryEncoder of the query side
   * @param documentEncoder of the document side; may be the same one
   */
  public QueuedBiEncoder(Encoder queryEncoder, Encoder documentEncoder) {
    this.queryEncoder = queryEncoder;
    this.documentEncoder = documentEncoder;
  }

  private record InFlight<T>(int index, String name, CompletableFuture<T> vectors) {}

  @Override
  public int dimensions() {
    return documentEncoder.dimensions();
  }

  /**
   * @throws EncodingException when the model yields a vector that is not finite
   */
  @Override
  public float[][] encodeQueries(List<String> queries) {
    float[][] vectors = new float[queries.size()][];
    Queue<InFlight<float[]>> inFlight = new ArrayDeque<>();
    for (int i = 0; i < vectors.length; i++) {
      int[] tokens = queryEncoder.tokenizeQuery(queries.get(i));
      inFlight.add(
          new InFlight<>(
              i, "query '" + queries.get(i) + "'", queryEncoder.encode(tokens, Priority.BUILDING)));
      if (inFlight.size() == MOST_IN_FLIGHT) {
        InFlight<float[]> oldest = inFlight.remove();
        vectors[oldest.index()] = await(oldest);
      }
    }
    inFlight.forEach(rest -> vectors[rest.index()] = await(rest));
    return vectors;
  }

  /**
   * @throws EncodingException when the model yields a vector that is not finite
   */
  @Override
  public void encodeDocuments(List<CorpusDocument> documents, PassageConsumer consumer) {
    Queue<InFlight<float[][]>> inFlight = new ArrayDeque<>();
    for (int i = 0; i < documents.size(); i++) {
      CorpusDocument document = documents.get(i);
      List<int[]> sequences = new ArrayList<>();
      for (Passage passage : documentEncoder.cut(document.title(), document.text())) {
        sequences.add(passage.tokens());
      }
      inFlight.add(
          new InFlight<>(
              i,
              "document " + document.id(),
              documentEncoder.encodeAll(sequences, Priority.BUILDING)));
      if (inFlight.size() == MOST_IN_FLIGHT) {
        InFlight<float[][]> oldest = inFlight.remove();
        consumer.accept(oldest.index(), await(oldest));
      }
    }
    inFlight.forEach(rest -> consumer.accept(rest.index(), await(rest)));
  }

  private static <T> T await(InFlight<T> request) {
    try {
      return request.vectors().join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new EncodingException(
          "cannot encode %s: %s".formatted(request.name(), cause.getMessage()), cause);
    }
  }
}
