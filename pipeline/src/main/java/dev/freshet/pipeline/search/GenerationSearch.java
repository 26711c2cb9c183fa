package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.lexical.LexicalSearch;
import dev.freshet.pipeline.store.StoredDocument;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Searches of one generation: at first by what is known in memory, of which the texts are read
 * last; and where that does not stand, because documents change at this very moment, once more by
 * what the store holds. See {@link GenerationIndex}. Thread-safe.
 */
final class GenerationSearch {
  private final GenerationIndex index;
  private final DenseIndex vectors;
  private final GenerationWords words;

  GenerationSearch(GenerationIndex index, DenseIndex vectors, GenerationWords words) {
    this.index = index;
    this.vectors = vectors;
    this.words = words;
  }

  List<Candidate> byVector(float[] query, int k, @Nullable Filter filter, @Nullable Double recall) {
    DenseRetrieval near = new DenseRetrieval(index, vectors, query, filter);
    List<Candidate> best = read(near.listed(k, recall));
    return best == null ? near.best(k, recall) : best;
  }

  List<Candidate> byWords(String query, int k, @Nullable Filter filter) {
    try (LexicalSearch found = words.search(query)) {
      LexicalRetrieval holding = new LexicalRetrieval(index, found, filter);
      List<Candidate> best = read(holding.listed(k));
      return (best == null ? holding.best(k) : best).stream().map(holding::withPassage).toList();
    }
  }

  List<Candidate> hybrid(
      String query,
      float[] vector,
      double denseWeight,
      int k,
      int below,
      @Nullable Filter filter,
      @Nullable Double recall) {
    int depth = Math.max(k + below, ReciprocalRankFusion.DEPTH);
    DenseRetrieval near = new DenseRetrieval(index, vectors, vector, filter);
    List<Listed> dense = near.listed(depth, recall);
    try (LexicalSearch found = words.search(query)) {
      LexicalRetrieval holding = new LexicalRetrieval(index, found, filter);
      List<Listed> lexical = dense == null ? null : holding.listed(depth);
      List<Candidate> best =
          dense == null || lexical == null || !areOfOneTime(dense, lexical)
              ? null
              : read(HybridRanking.fuse(dense, lexical, denseWeight, k, below));
      if (best == null) {
        best =
            HybridRanking.fuse(
                near.best(depth, recall), holding.best(depth), denseWeight, k, below);
      }
      return best.stream().map(holding::withPassage).toList();
    }
  }

  /** Whether no document stands in both lists in two versions: one of its places would be lost. */
  private static boolean areOfOneTime(List<Listed> dense, List<Listed> lexical) {
    Map<String, Position> positions = new HashMap<>();
    dense.forEach(one -> positions.put(one.id(), one.position()));
    return lexical.stream()
        .allMatch(one -> positions.getOrDefault(one.id(), one.position()).equals(one.position()));
  }

  List<Candidate> listByWords(
      String query, int depth, int shown, @Nullable Filter filter, List<Candidate> dense) {
    Map<String, Candidate> byVector = new HashMap<>();
    dense.forEach(candidate -> byVector.put(candidate.id(), candidate));
    try (LexicalSearch found = words.search(query)) {
      LexicalRetrieval holding = new LexicalRetrieval(index, found, filter);
      List<Candidate> list = new ArrayList<>();
      for (Candidate candidate : holding.best(depth)) {
        Candidate near = byVector.get(candidate.id());
        if (near != null && near.position().equals(candidate.position())) {
          list.add(candidate.withPassage(near.passage()));
        } else {
          list.add(list.size() < shown ? holding.withPassage(candidate) : candidate);
        }
      }
      return list;
    }
  }

  /**
   * The texts of a list that was made without.
   *
   * @return null where the store has another version of one of them by now, or the list is null
   */
  private @Nullable List<Candidate> read(@Nullable List<Listed> listed) {
    if (listed == null) {
      return null;
    }
    List<@Nullable StoredDocument> stored = index.stored(listed.stream().map(Listed::id).toList());
    List<Candidate> candidates = new ArrayList<>(listed.size());
    for (int i = 0; i < listed.size(); i++) {
      Listed one = listed.get(i);
      StoredDocument document = stored.get(i);
      if (document == null
          || !document.position().equals(one.position())
          || one.passage() >= document.passages().size()) {
        return null;
      }
      candidates.add(new Candidate(document, one.passage(), one.score()));
    }
    return candidates;
  }
}
