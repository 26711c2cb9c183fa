package dev.freshet.pipeline.lexical;

import java.io.IOException;
import java.util.function.Predicate;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;

/** Documents whose id passes a test. Asked only about those that match the rest of a query. */
final class AcceptedIds extends Query {
  /** In simple operations: the id is read, looked up and its attributes are compared. */
  private static final float COST = 500;

  private final Predicate<String> accept;

  AcceptedIds(Predicate<String> accept) {
    this.accept = accept;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) {
    return new ConstantScoreWeight(this, boost) {
      @Override
      public Scorer scorer(LeafReaderContext segment) throws IOException {
        return new ConstantScoreScorer(this, score(), mode, accepted(segment));
      }

      /** What passes changes with every write. */
      @Override
      public boolean isCacheable(LeafReaderContext segment) {
        return false;
      }
    };
  }

  private TwoPhaseIterator accepted(LeafReaderContext segment) throws IOException {
    BinaryDocValues ids = IndexedDocument.ids(segment.reader());
    return new TwoPhaseIterator(DocIdSetIterator.all(segment.reader().maxDoc())) {
      @Override
      public boolean matches() throws IOException {
        return ids.advanceExact(approximation.docID())
            && accept.test(ids.binaryValue().utf8ToString());
      }

      @Override
      public float matchCost() {
        return COST;
      }
    };
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public String toString(String field) {
    return "AcceptedIds";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AcceptedIds ids && ids.accept == accept;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(accept);
  }
}
