package dev.freshet.pipeline.host;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.pipeline.config.ServeConfig;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.http.ServedEncoders;
import dev.freshet.pipeline.search.DocumentVersion;
import dev.freshet.pipeline.search.LocalSearcher;
import dev.freshet.pipeline.search.SearchAnswer;
import dev.freshet.pipeline.search.SearchRequest;
import dev.freshet.pipeline.search.ShardDocument;
import dev.freshet.pipeline.search.ShardLists;
import dev.freshet.pipeline.search.ShardQuery;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A generation that this node can answer from: query encoder and vectors together. Owns its
 * encoders, not the vectors. Thread-safe.
 */
final class HostedGeneration implements AutoCloseable {
  private final int generation;
  private final ServedEncoders encoders;
  private final HostedVectors vectors;
  private final LocalSearcher searcher;

  /** Read: somebody asks. Write: closing. */
  private final ReadWriteLock lifecycle = new ReentrantReadWriteLock();

  private boolean closed;

  HostedGeneration(
      GenerationRecord record,
      Encoder queries,
      Encoder documents,
      HostedVectors vectors,
      ServeConfig config) {
    this.generation = record.generation();
    this.encoders = new ServedEncoders(generation, queries, documents);
    this.vectors = vectors;
    searcher =
        new LocalSearcher(
            generation,
            vectors.index(),
            queries,
            record.denseWeight(),
            config.searchTimeout(),
            config.maxHits(),
            vectors.tail()::progress);
  }

  int generation() {
    return generation;
  }

  HostedVectors vectors() {
    return vectors;
  }

  ServedEncoders encoders() {
    return encoders;
  }

  /** Asks, unless the generation is closed: then null. */
  @Nullable SearchAnswer search(SearchRequest request) {
    return whileOpen(() -> searcher.search(request));
  }

  /** Null where the generation is closed. */
  @Nullable Optional<Document> document(String id) {
    return whileOpen(() -> searcher.document(id));
  }

  /** Likewise. */
  @Nullable ShardLists lists(ShardQuery query) {
    return whileOpen(() -> searcher.lists(query));
  }

  /** Likewise. */
  @Nullable List<String> superseded(List<DocumentVersion> documents) {
    return whileOpen(() -> searcher.superseded(documents));
  }

  /** Likewise. */
  @Nullable ShardDocument known(String id) {
    return whileOpen(() -> searcher.known(id));
  }

  private <T> @Nullable T whileOpen(Supplier<T> call) {
    lifecycle.readLock().lock();
    try {
      return closed ? null : call.get();
    } finally {
      lifecycle.readLock().unlock();
    }
  }

  /** Waits for those who ask, then frees the encoders. Idempotent. */
  @Override
  public void close() {
    lifecycle.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        encoders.queries().close();
        encoders.documents().close();
      }
    } finally {
      lifecycle.writeLock().unlock();
    }
  }
}
