package dev.freshet.pipeline.search;

import dev.freshet.pipeline.ann.ScoredPassage;
import dev.freshet.pipeline.store.StoredDocument;
import dev.freshet.pipeline.store.StoredVectors;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the vector of one query finds in a generation, judged by the store. One per query and
 * thread.
 */
final class DenseRetrieval {
  private final GenerationIndex index;
  private final DenseIndex vectors;
  private final float[] query;
  private final @Nullable Filter filter;

  DenseRetrieval(
      GenerationIndex index, DenseIndex vectors, float[] query, @Nullable Filter filter) {
    this.index = index;
    this.vectors = vectors;
    this.query = query;
    this.filter = filter;
  }

  /**
   * The best documents, best first, each of one stored version.
   *
   * @param recall share of them that is to be found on average; null for the one of the settings
   * @return at most k; fewer than there are only while documents change faster than they are read
   */
  List<Candidate> best(int k, @Nullable Double recall) {
    List<Candidate> found = List.of();
    for (int spare : GenerationIndex.SPARE) {
      long before = index.settled();
      List<ScoredPassage> hits =
          vectors.search(
              query,
              k + spare,
              filter == null ? null : ordinal -> index.accepts(ordinal, filter),
              recall);
      boolean complete = hits.size() < k + spare;
      // What is not among the hits scores no more than the last of them.
      float floor = complete ? Float.NEGATIVE_INFINITY : hits.get(hits.size() - 1).score();
      found = judge(hits, before, floor, complete ? hits.size() : k);
      if (complete || found.size() >= k) {
        break;
      }
    }
    return found.stream().sorted(Candidate.BEST_FIRST).limit(k).toList();
  }

  /**
   * Each hit by what the store holds of its document; without those that are gone or fail.
   *
   * @param floor what a document must score whose version is not the one that was found: it stands
   *     where it does only if it belongs there
   * @param most of how many the texts are read, the best
   */
  private List<Candidate> judge(List<ScoredPassage> hits, long before, float floor, int most) {
    List<Candidate> judged = new ArrayList<>(hits.size());
    List<OrdinalTable.Entry> doubtful = new ArrayList<>(hits.size());
    for (ScoredPassage hit : hits) {
      OrdinalTable.Entry entry = index.entry(hit.document());
      if (entry != null) {
        Candidate certain = certain(hit, entry, before);
        if (certain != null) {
          judged.add(certain);
        } else {
          doubtful.add(entry);
        }
      }
    }
    @Nullable Best[] bests = new Best[doubtful.size()];
    List<Optional<StoredVectors>> stored =
        index.storedVectors(
            doubtful.stream().map(OrdinalTable.Entry::id).toList(),
            vectors -> wanted(vectors, bests, doubtful, before, most));
    for (int i = 0; i < doubtful.size(); i++) {
      StoredDocument document = stored.get(i).map(StoredVectors::document).orElse(null);
      Best best = bests[i];
      if (document != null && best != null) {
        Candidate candidate = new Candidate(document, best.passage, best.score);
        if (stands(candidate, isUnchanged(doubtful.get(i), document, before), floor)) {
          judged.add(candidate);
        }
      }
    }
    return judged;
  }

  /** The best passage of a document, of equal ones the first. */
  private record Best(int passage, float score) {}

  /**
   * Those that may be in the answer: all that may have changed meanwhile, of which that is not
   * known, and of the others the best.
   *
   * @param bests gets the best passage of each
   */
  private BitSet wanted(
      List<float @Nullable [][]> vectors,
      @Nullable Best[] bests,
      List<OrdinalTable.Entry> doubtful,
      long before,
      int most) {
    BitSet wanted = new BitSet();
    List<Integer> unchanged = new ArrayList<>(bests.length);
    for (int i = 0; i < bests.length; i++) {
      float[][] passages = vectors.get(i);
      if (passages == null) {
        continue;
      }
      bests[i] = best(passages);
      if (doubtful.get(i).change() > before) {
        wanted.set(i);
      } else {
        unchanged.add(i);
      }
    }
    unchanged.stream()
        .sorted(
            Comparator.comparingDouble((Integer i) -> -score(bests[i]))
                .thenComparing(i -> doubtful.get(i).id()))
        .limit(most)
        .forEach(wanted::set);
    return wanted;
  }

  private static float score(@Nullable Best best) {
    return best == null ? Float.NEGATIVE_INFINITY : best.score;
  }

  /**
   * @param unchanged whether the filter has accepted this version, and the floor lies below it: but
   *     for the error of codes, which must not take out what was found
   */
  private boolean stands(Candidate candidate, boolean unchanged, float floor) {
    return unchanged
        || (candidate.score() >= floor
            && (filter == null || index.matches(filter, candidate.document())));
  }

  /** A hit whose score and filter hold, null where that is not certain. */
  private @Nullable Candidate certain(ScoredPassage hit, OrdinalTable.Entry entry, long before) {
    if (entry.change() > before || vectors.isApproximate()) {
      return null;
    }
    StoredDocument document = index.stored(entry.id());
    return document != null && isUnchanged(entry, document, before)
        ? new Candidate(document, hit.passage(), hit.score())
        : null;
  }

  /** Whether a document that is stored is the one that the search has seen. */
  private static boolean isUnchanged(
      OrdinalTable.Entry entry, StoredDocument document, long before) {
    return entry.change() <= before && document.position().equals(entry.position());
  }

  private Best best(float[][] passages) {
    int best = 0;
    float bestScore = Float.NEGATIVE_INFINITY;
    for (int passage = 0; passage < passages.length; passage++) {
      float score = 0;
      for (int d = 0; d < query.length; d++) {
        score = Math.fma(query[d], passages[passage][d], score);
      }
      if (score > bestScore) {
        best = passage;
        bestScore = score;
      }
    }
    return new Best(best, bestScore);
  }
}
