package dev.freshet.pipeline.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where the vector index of one generation keeps what makes opening it fast. All of it can be made
 * from the vectors again. Thread-safe; throws as {@link VectorStore} does.
 */
public final class IndexStorage {
  private static final int BATCH = 1_000;

  /** Of documents and postings in a batch, whatever their number. */
  private static final long BATCH_BYTES = 4L << 20;

  private final VectorStore store;
  private final int generation;

  IndexStorage(VectorStore store, int generation) {
    this.store = store;
    this.generation = generation;
  }

  /** Told of a document and its posting, null where it has none. */
  @FunctionalInterface
  public interface Visitor {
    void visit(StoredDocument document, byte @Nullable [] posting);
  }

  /**
   * Visits every live document with its posting, in the order of ids, as of one moment; vectors are
   * not read. Closing the store ends it with an {@link IllegalStateException}.
   */
  public void scan(Visitor visitor) {
    scan(visitor, () -> {});
  }

  /**
   * As the other.
   *
   * @param end runs when all have been visited; what it throws counts as thrown by a visit
   */
  public void scan(Visitor visitor, Runnable end) {
    store.with(
        generation,
        "scan postings",
        open -> {
          open.postings()
              .scan(
                  (document, posting) -> {
                    store.checkOpen();
                    visitor.visit(document, posting);
                  });
          end.run();
          return generation;
        });
  }

  /**
   * Writes a posting of every live document anew. Nobody may write to the generation meanwhile.
   *
   * @param encoder makes the posting of a document from its vectors {@code [passages][dimensions]}
   * @throws StoreFullException when there is no room; some may be written then
   */
  public void derive(BiFunction<StoredDocument, float[][], byte[]> encoder) {
    Derived derived = new Derived();
    store.scan(
        generation,
        stored ->
            derived.add(stored.document(), encoder.apply(stored.document(), stored.vectors())));
    derived.write();
  }

  /** Postings that are yet to be written, with their documents. */
  private final class Derived {
    private final List<StoredDocument> documents = new ArrayList<>(BATCH);
    private final List<byte[]> postings = new ArrayList<>(BATCH);
    private long bytes;

    void add(StoredDocument document, byte[] posting) {
      documents.add(document);
      postings.add(posting);
      bytes += document.payload().length + posting.length;
      if (documents.size() == BATCH || bytes >= BATCH_BYTES) {
        write();
      }
    }

    void write() {
      store.with(
          generation,
          "write postings",
          open -> {
            open.postings().put(documents, postings);
            return generation;
          });
      documents.clear();
      postings.clear();
      bytes = 0;
    }
  }

  /** The parts of the index that were put last, in their order; none where there were none. */
  public List<byte[]> parts() {
    return store.with(generation, "read the index", open -> open.postings().indexParts());
  }

  /**
   * Puts parts of the index in place of those that are there, all or nothing.
   *
   * @throws StoreFullException when there is no room; what was there stays
   */
  public void putParts(List<byte[]> parts) {
    store.with(
        generation,
        "write the index",
        open -> {
          open.postings().putIndexParts(parts);
          return generation;
        });
  }
}
