package dev.freshet.pipeline.search;

import dev.freshet.pipeline.ann.InnerProduct;
import dev.freshet.pipeline.ann.ScoredPassage;
import dev.freshet.pipeline.store.StoredDocument;
import dev.freshet.pipeline.store.StoredVectors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
   * The best documents, best first, by what is known in memory, and where there are cells by the
   * stored vectors.
   *
   * @return at most k; null where something has changed meanwhile: then only the store knows
   */
  @Nullable List<Listed> listed(int k, @Nullable Double recall) {
    long before = index.settled();
    List<ScoredPassage> hits = hits(k, GenerationIndex.SPARE[0], recall);
    List<DocumentTable.Entry> entries = new ArrayList<>(hits.size());
    for (ScoredPassage hit : hits) {
      DocumentTable.Entry entry = index.entry(hit.document());
      if (entry == null || entry.change() > before) {
        return null;
      }
      entries.add(entry);
    }
    List<Listed> listed = vectors.isApproximate() ? scored(entries) : scored(entries, hits);
    return listed == null ? null : listed.stream().sorted(Listed.BEST_FIRST).limit(k).toList();
  }

  private static List<Listed> scored(List<DocumentTable.Entry> entries, List<ScoredPassage> hits) {
    List<Listed> listed = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      ScoredPassage hit = hits.get(i);
      listed.add(new Listed(entries.get(i), hit.passage(), hit.score()));
    }
    return listed;
  }

  /** By the stored vectors; null where there are none any more. */
  private @Nullable List<Listed> scored(List<DocumentTable.Entry> entries) {
    List<float @Nullable [][]> rows =
        index.storedRows(entries.stream().map(DocumentTable.Entry::id).toList());
    List<Listed> listed = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      float[][] passages = rows.get(i);
      if (passages == null) {
        return null;
      }
      Best best = best(passages);
      listed.add(new Listed(entries.get(i), best.passage, best.score));
    }
    return listed;
  }

  private List<ScoredPassage> hits(int most, int spare, @Nullable Double recall) {
    return vectors.search(
        query,
        most,
        spare,
        filter == null ? null : ordinal -> index.accepts(ordinal, filter),
        recall);
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
      List<ScoredPassage> hits = hits(k + spare, 0, recall);
      boolean complete = hits.size() < k + spare;
      // What is not among the hits scores no more than the last of them.
      float floor = complete ? Float.NEGATIVE_INFINITY : hits.get(hits.size() - 1).score();
      found = judge(hits, before, floor);
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
   */
  private List<Candidate> judge(List<ScoredPassage> hits, long before, float floor) {
    List<Candidate> judged = new ArrayList<>(hits.size());
    List<DocumentTable.Entry> doubtful = new ArrayList<>(hits.size());
    // A document that goes and comes back meanwhile may have had one hit's ordinal and then
    // another's.
    Set<String> seen = new HashSet<>();
    for (ScoredPassage hit : hits) {
      DocumentTable.Entry entry = index.entry(hit.document());
      if (entry != null && seen.add(entry.id())) {
        Candidate certain = certain(hit, entry, before);
        if (certain != null) {
          judged.add(certain);
        } else {
          doubtful.add(entry);
        }
      }
    }
    List<Optional<StoredVectors>> stored =
        index.storedVectors(doubtful.stream().map(DocumentTable.Entry::id).toList());
    for (int i = 0; i < doubtful.size(); i++) {
      StoredVectors vectors = stored.get(i).orElse(null);
      if (vectors != null) {
        judge(vectors, isUnchanged(doubtful.get(i), vectors.document(), before), floor)
            .ifPresent(judged::add);
      }
    }
    return judged;
  }

  /**
   * By its vectors.
   *
   * @param unchanged whether the filter has accepted this version, and the floor lies below it: but
   *     for the error of codes, which must not take out what was found
   */
  private Optional<Candidate> judge(StoredVectors stored, boolean unchanged, float floor) {
    if (!unchanged && filter != null && !index.matches(filter, stored.document())) {
      return Optional.empty();
    }
    Best best = best(stored.vectors());
    Candidate candidate = new Candidate(stored.document(), best.passage, best.score);
    return unchanged || candidate.score() >= floor ? Optional.of(candidate) : Optional.empty();
  }

  /** A hit whose score and filter hold, null where that is not certain. */
  private @Nullable Candidate certain(ScoredPassage hit, DocumentTable.Entry entry, long before) {
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
      DocumentTable.Entry entry, StoredDocument document, long before) {
    return entry.change() <= before && document.position().equals(entry.position());
  }

  private record Best(int passage, float score) {}

  /** The best of a document's passages, of equal ones the first. */
  private Best best(float[][] passages) {
    int best = 0;
    float bestScore = Float.NEGATIVE_INFINITY;
    for (int passage = 0; passage < passages.length; passage++) {
      float score = InnerProduct.of(query, passages[passage]);
      if (score > bestScore) {
        best = passage;
        bestScore = score;
      }
    }
    return new Best(best, bestScore);
  }
}
