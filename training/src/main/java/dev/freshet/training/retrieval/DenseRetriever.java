package dev.freshet.training.retrieval;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Exact search by inner product: every query against every passage. A document scores what its best
 * passage does. All vectors are in memory.
 *
 * <p>Retrieves on all processors. Thread-safe where the encoder is.
 */
public final class DenseRetriever implements Retriever {
  /** Queries that share one pass over the passages: 16 a task keep their products in cache. */
  private static final int TILE = 16;

  private final BiEncoder encoder;

  /** By document number, in the order of ties. */
  private final String[] ids;

  /** Number of the document of each passage. */
  private final int[] documentOf;

  private final PassageMatrix passages;

  private DenseRetriever(
      BiEncoder encoder, String[] ids, int[] documentOf, PassageMatrix passages) {
    this.encoder = encoder;
    this.ids = ids;
    this.documentOf = documentOf;
    this.passages = passages;
  }

  /**
   * Encodes a collection. Throws whatever the encoder throws.
   *
   * @param encoder also for the queries of {@link #retrieve}
   * @param encoded told of every document that has been encoded
   */
  public static DenseRetriever index(
      List<CorpusDocument> documents, BiEncoder encoder, Consumer<CorpusDocument> encoded) {
    List<CorpusDocument> ordered =
        documents.stream().sorted(Comparator.comparing(CorpusDocument::id, Ranking.TIES)).toList();
    PassageMatrix passages = new PassageMatrix(encoder.dimensions());
    IntStream.Builder documentOf = IntStream.builder();
    encoder.encodeDocuments(
        ordered,
        (document, vectors) -> {
          for (float[] vector : vectors) {
            passages.add(vector);
            documentOf.add(document);
          }
          encoded.accept(ordered.get(document));
        });
    String[] ids = ordered.stream().map(CorpusDocument::id).toArray(String[]::new);
    return new DenseRetriever(encoder, ids, documentOf.build().toArray(), passages);
  }

  /** Number of vectors. */
  public int passages() {
    return passages.size();
  }

  @Override
  public Run retrieve(List<CorpusQuery> queries, int depth) {
    float[][] vectors = encoder.encodeQueries(queries.stream().map(CorpusQuery::text).toList());
    Ranking[] rankings = new Ranking[vectors.length];
    IntStream.range(0, (vectors.length + TILE - 1) / TILE)
        .parallel()
        .forEach(
            tile -> {
              int from = tile * TILE;
              int to = Math.min(from + TILE, vectors.length);
              float[][] scores = passages.innerProducts(Arrays.copyOfRange(vectors, from, to));
              for (int i = from; i < to; i++) {
                rankings[i] = rank(scores[i - from], depth);
              }
            });
    Map<String, Ranking> byQuery = new LinkedHashMap<>();
    for (int i = 0; i < rankings.length; i++) {
      byQuery.put(queries.get(i).id(), rankings[i]);
    }
    return new Run(byQuery);
  }

  private Ranking rank(float[] passageScores, int depth) {
    float[] best = new float[ids.length];
    Arrays.fill(best, Float.NEGATIVE_INFINITY);
    for (int passage = 0; passage < documentOf.length; passage++) {
      int document = documentOf[passage];
      best[document] = Math.max(best[document], passageScores[passage]);
    }
    TopDocuments top = new TopDocuments(Math.min(depth, ids.length));
    for (int document = 0; document < best.length; document++) {
      top.add(document, best[document]);
    }
    return Ranking.of(top.bestFirst(ids));
  }
}
