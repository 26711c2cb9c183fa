package dev.freshet.pipeline.index;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.Encoders;
import dev.freshet.model.encoder.Priority;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.ModelsTopic;
import java.time.Clock;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@link DocumentIndexer} as Flink's async I/O: many documents are in flight, so that the batcher
 * of this JVM's encoder always has texts of like length to put together.
 */
final class IndexFunction extends RichAsyncFunction<SourceRecord, IndexedRecord> {
  private static final long serialVersionUID = 1;

  private final JobConfig config;
  private final int generation;
  private transient @Nullable Encoder encoder;
  private transient @Nullable DocumentIndexer indexer;

  IndexFunction(JobConfig config, int generation) {
    this.config = config;
    this.generation = generation;
  }

  @Override
  public void open(OpenContext context) {
    FreshetConfig settings = config.load();
    Encoder acquired = Encoders.acquire(settings.encoder());
    encoder = acquired;
    var topics = new Topics(settings.kafka().topicPrefix());
    new ModelsTopic(settings.kafka(), topics, Clock.systemUTC()).claim(generation, acquired);
    indexer = new DocumentIndexer(acquired, generation, Priority.SERVED);
  }

  @Override
  public void asyncInvoke(SourceRecord source, ResultFuture<IndexedRecord> result) {
    DocumentIndexer opened = indexer;
    if (opened == null) {
      throw new IllegalStateException("not open");
    }
    opened
        .index(source)
        .whenComplete(
            (indexed, failure) -> {
              if (failure == null) {
                result.complete(List.of(indexed));
              } else {
                result.completeExceptionally(failure);
              }
            });
  }

  @Override
  public void close() {
    if (encoder != null) {
      encoder.close();
    }
  }
}
