package dev.freshet.pipeline.tune;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.DocumentCodec;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.training.corpus.CorpusDocument;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The texts of the documents of a generation as its topic has them, no serve node needed: those
 * that are wanted, and a sample of the others. Memory is that of what is kept, however long the
 * topic is. Used by one thread.
 */
final class ServedDocuments {
  private static final Logger LOG = LoggerFactory.getLogger(ServedDocuments.class);

  private final Set<String> wanted;
  private final int sample;

  /** The newest version of each document that is kept. */
  private final Map<String, Version> newest = new HashMap<>();

  /** Ids of the sample, the one that leaves next first. */
  private final PriorityQueue<String> sampled =
      new PriorityQueue<>(Comparator.comparingInt(ServedDocuments::order).reversed());

  /**
   * A version without its vectors, of which nobody asks here.
   *
   * @param payload null for a delete
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Version(Position position, long timestampMillis, byte @Nullable [] payload) {
    static Version of(VectorRecord change) {
      return new Version(
          change.position(),
          change.timestampMillis(),
          change instanceof VectorRecord.Upsert upsert ? upsert.payload() : null);
    }

    boolean isBefore(VectorRecord change) {
      return Position.supersedes(
          change.position(), change.timestampMillis(), position, timestampMillis);
    }
  }

  /**
   * @param sample how many others to keep
   */
  ServedDocuments(Set<String> wanted, int sample) {
    this.wanted = wanted;
    this.sample = sample;
  }

  /** Which documents are in the sample: those of the smallest hashes, whatever order they come. */
  private static int order(String id) {
    return id.hashCode() * 0x9E3779B1;
  }

  /** Takes a record of {@code vectors.g}. */
  void add(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) {
      return; // the delete that it stands for came before it
    }
    try {
      add(VectorRecordCodec.decode(new String(record.key(), UTF_8), record.value()));
    } catch (MalformedRecordException e) {
      LOG.warn("{} at offset {}: {}", record.topic(), record.offset(), e.getMessage());
    }
  }

  private void add(VectorRecord change) {
    String id = change.id();
    Version before = newest.get(id);
    if (before != null) {
      if (!before.isBefore(change)) {
        return;
      }
    } else if (!wanted.contains(id) && !enter(id)) {
      return;
    }
    newest.put(id, Version.of(change));
  }

  private boolean enter(String id) {
    sampled.add(id);
    if (sampled.size() <= sample) {
      return true;
    }
    String leaves = Objects.requireNonNull(sampled.poll());
    newest.remove(leaves);
    return !leaves.equals(id);
  }

  /** Those that are not deleted, in the order of their ids. */
  List<CorpusDocument> documents() {
    List<CorpusDocument> documents = new ArrayList<>();
    new TreeMap<>(newest)
        .forEach(
            (id, version) -> {
              if (version.payload() != null) {
                documents.add(document(id, version.payload()));
              }
            });
    return List.copyOf(documents);
  }

  private static CorpusDocument document(String id, byte[] payload) {
    try {
      Document document = DocumentCodec.decode(id, payload);
      return new CorpusDocument(
          document.id(), document.title(), document.text(), document.attributes());
    } catch (MalformedRecordException e) {
      throw new IllegalStateException(
          "document %s was encoded and cannot be read: %s".formatted(id, e.getMessage()), e);
    }
  }
}
