package dev.freshet.pipeline.index;

import dev.freshet.pipeline.job.SourceRecord;
import java.util.concurrent.CompletableFuture;

/** What {@link IndexOperator} does to every record. Thread-safe. */
interface Indexer extends AutoCloseable {

  /** Completes with the outcome; exceptionally only for what is not the record's fault. */
  CompletableFuture<IndexedRecord> index(SourceRecord source);

  @Override
  void close();
}
