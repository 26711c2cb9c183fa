package dev.freshet.pipeline.search;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Priority;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.store.PassageRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;

/** Searches one generation in this process. Thread-safe. */
public final class LocalSearcher {
  private final int generation;
  private final GenerationIndex index;
  private final Encoder encoder;
  private final double denseWeight;
  private final Duration encodeTimeout;
  private final int maxHits;
  private final DoubleSupplier progress;

  /**
   * A searcher that owns neither index nor encoder.
   *
   * @param generation that answers say; another than the index's where only the query side is new
   * @param encoder of the generation's queries
   * @param denseWeight what a place in the dense list counts on a hybrid page, where one in the
   *     other counts 1
   * @param encodeTimeout how long a query may wait for its vector
   * @param maxHits most hits that one search answers
   * @param progress 0 to 1: how much of what was in the topic at the start has been read
   * @throws IllegalArgumentException when encoder and index have other dimensions
   */
  public LocalSearcher(
      int generation,
      GenerationIndex index,
      Encoder encoder,
      double denseWeight,
      Duration encodeTimeout,
      int maxHits,
      DoubleSupplier progress) {
    if (encoder.dimensions() != index.dimensions()) {
      throw new IllegalArgumentException(
          "the encoder yields %d dimensions, generation %d has %d"
              .formatted(encoder.dimensions(), index.generation(), index.dimensions()));
    }
    this.generation = generation;
    this.index = index;
    this.encoder = encoder;
    this.denseWeight = denseWeight;
    this.encodeTimeout = encodeTimeout;
    this.maxHits = maxHits;
    this.progress = progress;
  }

  /**
   * Answers, whatever generation the request names: that is the caller's to choose by.
   *
   * @throws GenerationNotReadyException while parts of the generation are still missing here
   * @throws IllegalArgumentException when the query is blank or k out of range
   * @throws SearchTimeoutException when the query is not encoded in time
   * @throws EncodingException when the query cannot be encoded
   */
  public SearchAnswer search(SearchRequest request) {
    long start = System.nanoTime();
    check(request);
    List<Hit> hits = find(request).stream().map(this::hit).toList();
    double millis = (System.nanoTime() - start) / 1e6;
    return new SearchAnswer(UUID.randomUUID().toString(), generation, hits, millis);
  }

  private List<Candidate> find(SearchRequest request) {
    String query = request.query();
    return switch (request.mode()) {
      case DENSE ->
          index.search(encode(query), request.depth(), request.filter(), request.recall());
      case LEXICAL -> index.search(query, request.depth(), request.filter());
      case HYBRID ->
          index.search(
              query,
              encode(query),
              denseWeight,
              request.k(),
              request.below(),
              request.filter(),
              request.recall());
    };
  }

  /**
   * Both lists for a gateway, which joins them with those of other nodes; whatever generation the
   * query names, that is the caller's to choose by. Throws as {@link #search} does.
   */
  public ShardLists lists(ShardQuery query) {
    requireComplete();
    List<Candidate> dense =
        query.mode() == SearchMode.LEXICAL
            ? List.of()
            : index.search(encode(query.query()), query.depth(), query.filter(), query.recall());
    List<Candidate> lexical =
        query.mode() == SearchMode.DENSE
            ? List.of()
            : index.listByWords(query.query(), query.depth(), query.shown(), query.filter(), dense);
    Set<DocumentVersion> shown = new HashSet<>();
    return new ShardLists(
        generation,
        denseWeight,
        shardHits(dense, query.shown(), shown),
        shardHits(lexical, query.shown(), shown));
  }

  /**
   * @param most so many at most are shown
   * @param shown those that are shown already
   */
  private List<ShardHit> shardHits(List<Candidate> list, int most, Set<DocumentVersion> shown) {
    List<ShardHit> hits = new ArrayList<>(list.size());
    for (Candidate candidate : list) {
      DocumentVersion version =
          new DocumentVersion(
              candidate.id(),
              candidate.position().partition(),
              candidate.position().offset(),
              candidate.timestampMillis());
      ShardHit.Shown shows = null;
      if (hits.size() < most && shown.add(version)) {
        Hit hit = hit(candidate);
        shows = new ShardHit.Shown(hit.title(), hit.snippet(), hit.attributes());
      }
      hits.add(new ShardHit(version, candidate.score(), shows));
    }
    return hits;
  }

  /** The ids of those documents of which a newer version, or a delete, is here. */
  public List<String> superseded(List<DocumentVersion> documents) {
    requireComplete();
    return documents.stream()
        .filter(
            document -> version(document.id()).filter(own -> own.isNewerThan(document)).isPresent())
        .map(DocumentVersion::id)
        .toList();
  }

  private Optional<DocumentVersion> version(String id) {
    return index
        .version(id)
        .map(
            stored ->
                new DocumentVersion(
                    id,
                    stored.position().partition(),
                    stored.position().offset(),
                    stored.timestampMillis()));
  }

  /** What is known of a document here; of the moment in which its version was looked up. */
  public ShardDocument known(String id) {
    requireComplete();
    // The document first: what changes in between is newer than the version says, never older.
    Optional<Document> document = index.document(id);
    return new ShardDocument(version(id).orElse(null), document.orElse(null));
  }

  private void requireComplete() {
    if (!index.isComplete()) {
      throw new GenerationNotReadyException(
          "generation %d is still being read, %.0f %% done; searches are answered when nothing is missing"
              .formatted(generation, 100 * progress.getAsDouble()));
    }
  }

  private void check(SearchRequest request) {
    requireComplete();
    if (request.query().isBlank()) {
      throw new IllegalArgumentException("the query is blank");
    }
    if (request.k() < 1 || request.k() > maxHits) {
      throw new IllegalArgumentException(
          "k is %d, it must be 1 to %d".formatted(request.k(), maxHits));
    }
  }

  private float[] encode(String text) {
    CompletableFuture<float[]> vector = encoder.encode(encoder.tokenizeQuery(text), Priority.QUERY);
    try {
      return vector.get(encodeTimeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      vector.cancel(false);
      throw new SearchTimeoutException(
          "the query was not encoded within %s: the encoder is busy, try again later"
              .formatted(encodeTimeout));
    } catch (InterruptedException e) {
      vector.cancel(false);
      Thread.currentThread().interrupt();
      throw new SearchTimeoutException("interrupted while the query was being encoded");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new EncodingException("the query cannot be encoded", e);
    }
  }

  private Hit hit(Candidate candidate) {
    Document document = index.decode(candidate.document());
    PassageRange range = candidate.document().passages().get(candidate.passage());
    String snippet = Snippets.of(document.text(), range.start(), range.end());
    return new Hit(
        document.id(), candidate.score(), document.title(), snippet, document.attributes());
  }

  /**
   * The document as it is in this generation.
   *
   * @throws GenerationNotReadyException while the generation is still being read
   */
  public Optional<Document> document(String id) {
    requireComplete();
    return index.document(id);
  }
}
