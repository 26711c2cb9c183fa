package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.lexical.LexicalCatchUp;
import dev.freshet.pipeline.lexical.LexicalFiles;
import dev.freshet.pipeline.lexical.LexicalFullException;
import dev.freshet.pipeline.lexical.LexicalIndex;
import dev.freshet.pipeline.lexical.LexicalSearch;
import dev.freshet.pipeline.store.StoreFullException;
import dev.freshet.pipeline.store.StoredDocument;
import dev.freshet.pipeline.store.VectorStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index of words of one generation, which follows the store. Where its disk is full it is out
 * of use: searches by words are refused, so that none leaves out what it lacks, until {@link
 * #recover} has opened it anew and written what the store has by then.
 *
 * <p>Searches from any thread; all else by one writer.
 */
final class GenerationWords implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationWords.class);

  private final VectorStore store;
  private final int generation;
  private final LexicalFiles files;

  /** Null where it could not even be opened. */
  private volatile @Nullable LexicalIndex index;

  /** Why it is out of use; null while it is not. */
  private volatile @Nullable LexicalFullException full;

  private GenerationWords(VectorStore store, int generation, LexicalFiles files) {
    this.store = store;
    this.generation = generation;
    this.files = files;
  }

  /**
   * Opens what is there; {@link #catchUp} comes next.
   *
   * @throws dev.freshet.pipeline.lexical.LexicalIndexException when it cannot be opened, and not
   *     because the disk is full
   */
  static GenerationWords open(VectorStore store, int generation, LexicalFiles files) {
    GenerationWords words = new GenerationWords(store, generation, files);
    try {
      words.index = LexicalIndex.open(words.folder(), files);
    } catch (LexicalFullException e) {
      words.outOfUse(null, e);
    }
    return words;
  }

  private Path folder() {
    return store.derived(generation).resolve("lexical");
  }

  /** Takes a live document of the store. */
  @FunctionalInterface
  interface Visitor {
    void visit(Document document, Position position);
  }

  /**
   * Makes it agree with the store. Where it is as old as the store nothing is written, where it is
   * behind, the difference.
   *
   * @param documents shows every live document, in the order of the bytes of their ids; run once
   */
  void catchUp(Consumer<Visitor> documents) {
    LexicalIndex current = index;
    SortedMap<Integer, Long> offsets = store.offsets(generation);
    if (current == null || current.agreesWith(offsets, store.counts(generation).documents())) {
      documents.accept((document, position) -> {});
      return;
    }
    try (LexicalCatchUp catchUp = current.catchUp()) {
      documents.accept((document, position) -> visit(catchUp, document, position));
      if (full == null) {
        catchUp.finish(offsets);
      }
    } catch (LexicalFullException e) {
      outOfUse(current, e);
    }
  }

  /** Who shows the documents goes on in any case. */
  private void visit(LexicalCatchUp catchUp, Document document, Position position) {
    if (full == null) {
      try {
        catchUp.visit(document, position);
      } catch (LexicalFullException e) {
        outOfUse(index, e);
      }
    }
  }

  /** Before the store takes changes that are ahead of all offsets. */
  void runAhead() {
    LexicalIndex current = index;
    if (current == null || full != null) {
      return;
    }
    try {
      current.runAhead();
    } catch (LexicalFullException e) {
      outOfUse(current, e);
    }
  }

  /**
   * Writes what the store has taken. What finds no room is written by {@link #recover}.
   *
   * @param documents of those changes that are no deletes
   */
  void apply(
      List<VectorRecord> changes,
      Map<VectorRecord, Document> documents,
      Map<Integer, Long> nextOffsets) {
    LexicalIndex current = index;
    if (current == null || full != null) {
      return;
    }
    try {
      for (VectorRecord change : changes) {
        Document document = documents.get(change);
        if (document != null) {
          current.put(document, change.position());
        } else {
          current.remove(change.id());
        }
      }
      current.settle(nextOffsets);
    } catch (LexicalFullException e) {
      outOfUse(current, e);
    }
  }

  /**
   * Begins a search; see {@link LexicalIndex#search}.
   *
   * @throws GenerationNotReadyException while it is out of use
   */
  LexicalSearch search(String query) {
    LexicalIndex current = index;
    requireUse();
    if (current == null) {
      throw new IllegalStateException("there is no index of words, and no reason why");
    }
    try {
      return current.search(query);
    } catch (LexicalFullException e) {
      outOfUse(current, e);
      throw refused(e);
    } catch (IllegalStateException e) {
      requireUse(); // it may have been closed since, to be opened anew
      throw e;
    }
  }

  private void requireUse() {
    LexicalFullException reason = full;
    if (reason != null) {
      throw refused(reason);
    }
  }

  private static GenerationNotReadyException refused(LexicalFullException reason) {
    return new GenerationNotReadyException(String.valueOf(reason.getMessage()));
  }

  /**
   * @param which may have been replaced since by one that is well
   */
  private synchronized void outOfUse(@Nullable LexicalIndex which, LexicalFullException reason) {
    if (full == null && which == index) {
      LOG.warn("words of generation {} are out of use: {}", generation, reason.getMessage());
      full = reason;
    }
  }

  /** Why searches by words are refused; null while they are not. */
  @Nullable String obstacle() {
    LexicalFullException reason = full;
    return reason == null ? null : reason.getMessage();
  }

  /**
   * Where it is out of use: opens it anew and writes what it lacks. Takes as long as reading all
   * documents takes.
   *
   * @throws StoreFullException when there is no room yet
   * @throws LexicalFullException when it was used up again
   */
  void recover(Function<StoredDocument, Document> decoder) {
    if (full == null) {
      return;
    }
    store.requireRoom();
    close();
    LOG.info("opens the words of generation {} anew, since there is room on the disk", generation);
    LexicalIndex anew = LexicalIndex.open(folder(), files);
    try (LexicalCatchUp catchUp = anew.catchUp()) {
      SortedMap<Integer, Long> offsets = store.offsets(generation);
      store
          .indexStorage(generation)
          .scan((document, posting) -> catchUp.visit(decoder.apply(document), document.position()));
      catchUp.finish(offsets);
    } catch (RuntimeException | Error e) {
      anew.close();
      throw e;
    }
    synchronized (this) {
      index = anew;
      full = null;
    }
  }

  /** Idempotent. */
  @Override
  public void close() {
    LexicalIndex current = index;
    if (current != null) {
      current.close();
    }
  }
}
