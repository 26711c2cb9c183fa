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
   * @param document Lucene's number in the segment
   */
  static String id(LeafReader segment, int document) throws IOException {
    BinaryDocValues ids = ids(segment);
    if (!ids.advanceExact(document)) {
      throw new IOException("document %d of %s has no id".formatted(document, segment));
    }
    return ids.binaryValue().utf8ToString();
  }

  /**
   * @param document Lucene's number in the segment
   */
  static Position position(LeafReader segment, int document) throws IOException {
    long partition = number(segment, PARTITION, document);
    return new Position(Math.toIntExact(partition), number(segment, OFFSET, document));
  }

  private static long number(LeafReader segment, String field, int document) throws IOException {
    NumericDocValues values = DocValues.getNumeric(segment, field);
    if (!values.advanceExact(document)) {
      throw new IOException("document %d of %s has no %s".formatted(document, segment, field));
    }
    return values.longValue();
  }
}
