package dev.freshet.pipeline.index;

import static java.util.concurrent.CompletableFuture.completedFuture;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.Priority;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.DocumentCodec;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.pipeline.job.JobConfig;
import dev.freshet.pipeline.job.SourceRecord;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.registry.GenerationModules;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * One record of {@code documents} into one change of {@code vectors.<g>}: decode and check, cut
 * into passages, encode. A deterministic function of the record and the model. Thread-safe.
 */
final class DocumentIndexer implements Indexer {
  /** Room that {@code vectors.g} has for a record, with its key and what Kafka puts around it. */
  static final int MAX_RECORD_BYTES = 8 << 20;

  private static final int MAX_VALUE_BYTES = MAX_RECORD_BYTES - (64 << 10);

  private final Encoder encoder;
  private final int generation;
  private final Supplier<Priority> priority;

  DocumentIndexer(Encoder encoder, int generation, Supplier<Priority> priority) {
    this.encoder = encoder;
    this.generation = generation;
    this.priority = priority;
  }

  /**
   * In a task: with the encoder that the generation was announced with. The first generation may
   * not have been announced yet, then its encoder is the configured one.
   *
   * @throws IllegalStateException when the generation belongs to another model, or is none
   */
  static DocumentIndexer open(JobConfig config, int generation) {
    FreshetConfig settings = config.load();
    var topics = new Topics(settings.kafka().topicPrefix());
    var models = new ModelsTopic(settings.kafka(), topics, Clock.systemUTC());
    GenerationRecord announced = models.read().get(generation);
    if (announced == null && generation != Topics.FIRST_GENERATION) {
      throw new IllegalStateException(
          "generation %d is not announced in %s".formatted(generation, topics.models()));
    }
    Encoder encoder =
        Encoders.acquire(
            announced == null
                ? settings.encoder()
                : GenerationModules.of(settings).settings(announced),
            Side.DOCUMENT);
    try {
      if (announced == null) {
        models.claim(generation, encoder);
      } else {
        ModelsTopic.requireSame(announced, encoder);
      }
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
    return new DocumentIndexer(
        encoder, generation, () -> ServedHere.priority(topics.prefix(), generation));
  }

  @Override
  public CompletableFuture<IndexedRecord> index(SourceRecord source) {
    try {
      String id = DocumentCodec.decodeKey(source.key());
      byte[] value = source.value();
      if (value == null) {
        return completedFuture(
            accepted(
                source,
                new VectorRecord.Delete(
                    id, generation, source.position(), source.timestampMillis())));
      }
      return upsert(source, DocumentCodec.decode(id, value), value);
    } catch (MalformedRecordException e) {
      return completedFuture(rejected(source, e.reason()));
    }
  }

  private CompletableFuture<IndexedRecord> upsert(
      SourceRecord source, Document document, byte[] payload) {
    List<Passage> passages = encoder.cut(document.title(), document.text());
    return encoder
        .encodeAll(passages.stream().map(Passage::tokens).toList(), priority.get())
        .handle(
            (vectors, failure) ->
                failure == null
                    ? upserted(source, document, payload, passages, vectors)
                    : rejectedOrThrown(source, failure));
  }

  private IndexedRecord upserted(
      SourceRecord source,
      Document document,
      byte[] payload,
      List<Passage> passages,
      float[][] vectors) {
    var embedded = new ArrayList<PassageVector>(passages.size());
    for (int i = 0; i < vectors.length; i++) {
      Passage passage = passages.get(i);
      embedded.add(new PassageVector(passage.start(), passage.end(), vectors[i]));
    }
    return accepted(
        source,
        new VectorRecord.Upsert(
            document.id(),
            generation,
            source.position(),
            source.timestampMillis(),
            payload,
            embedded));
  }

  private static IndexedRecord accepted(SourceRecord source, VectorRecord change) {
    byte[] encoded = VectorRecordCodec.encode(change);
    if (encoded.length > MAX_VALUE_BYTES) {
      return rejected(
          source,
          "text and vectors take %,d bytes, more than the %,d that a record may have: cut the document, or lower encoder.maxPassages"
              .formatted(encoded.length, MAX_VALUE_BYTES));
    }
    return new IndexedRecord(
        source.partition(), source.offset(), source.timestampMillis(), source.key(), encoded, null);
  }

  private static IndexedRecord rejected(SourceRecord source, String reason) {
    return new IndexedRecord(
        source.partition(),
        source.offset(),
        source.timestampMillis(),
        source.key(),
        source.value(),
        reason);
  }

  private static IndexedRecord rejectedOrThrown(SourceRecord source, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof EncodingException) {
      return rejected(source, String.valueOf(cause.getMessage()));
    }
    throw new CompletionException("cannot encode the record at " + source.position(), cause);
  }

  @Override
  public void close() {
    encoder.close();
  }
}
