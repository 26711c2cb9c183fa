package dev.freshet.pipeline.lexical;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Position;
import dev.freshet.training.retrieval.Bm25;
import java.io.IOException;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.BytesRef;

/**
 * A document as Lucene holds it.
 *
 * <pre>
 * id         its id, as a term to be replaced by and as a value to be read
 * partition  of its version in {@code documents}
 * offset     of its version in that partition
 * contents   title and text, words and counts only
 * </pre>
 */
final class IndexedDocument {
  static final String ID = "id";
  private static final String PARTITION = "partition";
  private static final String OFFSET = "offset";

  private IndexedDocument() {}

  static Term key(BytesRef id) {
    return new Term(ID, id);
  }

  static org.apache.lucene.document.Document of(Document document, Position position) {
    var fields = new org.apache.lucene.document.Document();
    BytesRef id = new BytesRef(document.id());
    fields.add(new StringField(ID, id, Field.Store.NO));
    fields.add(new BinaryDocValuesField(ID, id));
    fields.add(new NumericDocValuesField(PARTITION, position.partition()));
    fields.add(new NumericDocValuesField(OFFSET, position.offset()));
    fields.add(Bm25.field(document.title(), document.text()));
    return fields;
  }

  /** The ids of a segment; one iterator a thread. */
  static BinaryDocValues ids(LeafReader segment) throws IOException {
    return DocValues.getBinary(segment, ID);
  }

  /**
   * What is kept of the documents of one segment, read in ascending order. Opening it costs more
   * than reading one: once a segment and search. One per thread.
   */
  static final class Values {
    private final LeafReader segment;
    private final BinaryDocValues ids;
    private final NumericDocValues partitions;
    private final NumericDocValues offsets;

    Values(LeafReader segment) throws IOException {
      this.segment = segment;
      this.ids = ids(segment);
      this.partitions = DocValues.getNumeric(segment, PARTITION);
      this.offsets = DocValues.getNumeric(segment, OFFSET);
    }

    /**
     * @param document Lucene's number in the segment, above those that were read before
     * @param score that it was found with
     */
    LexicalHit hit(int document, float score) throws IOException {
      if (!ids.advanceExact(document)) {
        throw missing(document, ID);
      }
      return new LexicalHit(ids.binaryValue().utf8ToString(), position(document), score);
    }

    /**
     * @param document as for a hit
     */
    Position position(int document) throws IOException {
      int partition = Math.toIntExact(number(partitions, document, PARTITION));
      return new Position(partition, number(offsets, document, OFFSET));
    }

    private long number(NumericDocValues values, int document, String field) throws IOException {
      if (!values.advanceExact(document)) {
        throw missing(document, field);
      }
      return values.longValue();
    }

    private IOException missing(int document, String field) {
      return new IOException("document %d of %s has no %s".formatted(document, segment, field));
    }
  }
}
