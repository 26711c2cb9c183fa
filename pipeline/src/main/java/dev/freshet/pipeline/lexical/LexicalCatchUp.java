package dev.freshet.pipeline.lexical;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Position;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a lexical index agree with the store: both go by the bytes of the ids, so one pass beside
 * each other tells what is missing, of another version, or too much, and only that is written. One
 * thread; nothing else may write meanwhile.
 *
 * <p>Every method throws {@link LexicalIndexException} when the index cannot be read or written; it
 * is behind as before then.
 */
public final class LexicalCatchUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LexicalCatchUp.class);

  private final LexicalIndex index;
  private final SearcherManager searchers;
  private final IndexSearcher before;

  /** Ids in the index before, and the first that is not passed yet: null after the last. */
  private final @Nullable TermsEnum ids;

  private @Nullable BytesRef next;
  private @Nullable PostingsEnum postings;
  private long written;
  private long removed;

  LexicalCatchUp(LexicalIndex index, SearcherManager searchers) throws IOException {
    this.index = index;
    this.searchers = searchers;
    this.before = searchers.acquire();
    try {
      Terms terms = MultiTerms.getTerms(before.getIndexReader(), IndexedDocument.ID);
      this.ids = terms == null ? null : terms.iterator();
      this.next = ids == null ? null : ids.next();
    } catch (IOException | RuntimeException e) {
      searchers.release(before);
      throw e;
    }
  }

  /** Takes the next live document of the store, in the order of the bytes of the ids. */
  public void visit(Document document, Position position) {
    BytesRef id = new BytesRef(document.id());
    try {
      removeUpTo(id);
      Position there = null;
      if (next != null && next.bytesEquals(id)) {
        there = livePosition();
        next = ids == null ? null : ids.next();
      }
      if (!position.equals(there)) {
        index.put(document, position);
        written++;
      }
    } catch (IOException | IllegalStateException e) {
      throw index.failed(e);
    }
  }

  /**
   * The store has no more.
   *
   * @param offsets the store's, per partition of {@code vectors.<g>}
   */
  public void finish(Map<Integer, Long> offsets) {
    try {
      removeUpTo(null);
      index.agree(offsets);
    } catch (IOException | IllegalStateException e) {
      throw index.failed(e);
    }
    if (written + removed > 0) {
      LOG.info(
          "{} agrees with the store again: {} documents written, {} removed",
          index,
          written,
          removed);
    }
  }

  /**
   * @param id null for the end
   */
  private void removeUpTo(@Nullable BytesRef id) throws IOException {
    while (ids != null && next != null && (id == null || next.compareTo(id) < 0)) {
      if (livePosition() != null) {
        index.remove(BytesRef.deepCopyOf(next));
        removed++;
      }
      next = ids.next();
    }
  }

  /** The version of the id at hand, null where only deleted ones are left. */
  private @Nullable Position livePosition() throws IOException {
    if (ids == null) {
      return null;
    }
    postings = ids.postings(postings, PostingsEnum.NONE);
    IndexReader reader = before.getIndexReader();
    List<LeafReaderContext> segments = reader.leaves();
    for (int document = postings.nextDoc();
        document != DocIdSetIterator.NO_MORE_DOCS;
        document = postings.nextDoc()) {
      LeafReaderContext segment = segments.get(ReaderUtil.subIndex(document, segments));
      int local = document - segment.docBase;
      Bits live = segment.reader().getLiveDocs();
      if (live == null || live.get(local)) {
        // Opened for this one: ids come in any order of documents.
        return new IndexedDocument.Values(segment.reader()).position(local);
      }
    }
    return null;
  }

  @Override
  public void close() {
    try {
      searchers.release(before);
    } catch (IOException e) {
      throw index.failed(e);
    }
  }
}
