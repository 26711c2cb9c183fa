package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What of a batch can be served, and what of that needs memory: new documents, and versions that
 * take more than the one that is here. One thread at a time, the writer's.
 */
final class Admission {
  /** By which attributes may grow, to a longer number say: updates of the like do not wait. */
  private static final int SLACK_BYTES = 64;

  private final int generation;
  private final int dimensions;
  private final DocumentDecoder decoder;
  private final DocumentTable table;

  /** Records whose rejection was handed on, of a batch that found no room yet. */
  private final Set<VectorRecord> rejected = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * @param dimensions length of the vectors
   * @param table what is here
   */
  Admission(int generation, int dimensions, DocumentDecoder decoder, DocumentTable table) {
    this.generation = generation;
    this.dimensions = dimensions;
    this.decoder = decoder;
    this.table = table;
  }

  /**
   * What can be served of a batch.
   *
   * @param records in the order of the batch
   * @param documents by identity, of those that are no deletes
   * @param growing how many of them take more memory than what is here
   */
  record Usable(List<VectorRecord> records, Map<VectorRecord, Document> documents, int growing) {}

  /**
   * @param rejections takes each record that cannot be served, with the reason, once: not again
   *     where the same records come again before {@link #taken}
   */
  Usable usable(List<VectorRecord> batch, BiConsumer<VectorRecord, String> rejections) {
    return read(
        batch,
        (record, reason) -> {
          if (!rejected.contains(record)) {
            rejections.accept(record, reason);
            rejected.add(record);
          }
        });
  }

  private Usable read(List<VectorRecord> batch, BiConsumer<VectorRecord, String> malformed) {
    Map<VectorRecord, Document> documents = new IdentityHashMap<>();
    List<VectorRecord> records = new ArrayList<>(batch.size());
    int growing = 0;
    for (VectorRecord record : batch) {
      try {
        check(record);
        if (record instanceof VectorRecord.Upsert upsert) {
          documents.put(record, decoder.decode(record.id(), upsert.payload()));
        }
        records.add(record);
        growing += grows(record, documents.get(record)) ? 1 : 0;
      } catch (MalformedRecordException e) {
        malformed.accept(record, e.reason());
      }
    }
    return new Usable(records, documents, growing);
  }

  private void check(VectorRecord record) throws MalformedRecordException {
    if (record.generation() != generation) {
      throw new MalformedRecordException(
          "a record of generation %d among those of generation %d"
              .formatted(record.generation(), generation));
    }
    if (record instanceof VectorRecord.Upsert upsert) {
      int length = upsert.passages().get(0).vector().length;
      if (length != dimensions) {
        throw new MalformedRecordException(
            "vectors of %d dimensions in a generation of %d".formatted(length, dimensions));
      }
    }
  }

  /** Whether it takes memory; one that is stale has no effect. */
  private boolean grows(VectorRecord record, @Nullable Document document) {
    if (!(record instanceof VectorRecord.Upsert upsert) || document == null) {
      return false;
    }
    DocumentTable.Entry here = table.get(record.id());
    if (here == null) {
      return true;
    }
    return supersedes(record, here)
        && (upsert.passages().size() > here.passages()
            || DocumentTable.attributeBytes(document.attributes())
                > DocumentTable.attributeBytes(here.attributes()) + SLACK_BYTES);
  }

  private static boolean supersedes(VectorRecord record, DocumentTable.Entry here) {
    return Position.supersedes(
        record.position(), record.timestampMillis(), here.position(), here.timestampMillis());
  }

  /**
   * Those that change what is here and need no memory for it: deletes, and versions that take no
   * more than the one before.
   */
  List<VectorRecord> withoutGrowth(List<VectorRecord> batch) {
    Usable usable = read(batch, (record, reason) -> {});
    return usable.records().stream()
        .filter(
            record -> {
              DocumentTable.Entry here = table.get(record.id());
              return here != null
                  && supersedes(record, here)
                  && !grows(record, usable.documents().get(record));
            })
        .toList();
  }

  /** The batch is stored: it does not come again. */
  void taken(List<VectorRecord> batch) {
    batch.forEach(rejected::remove);
  }
}
