package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.lexical.LexicalHit;
import dev.freshet.pipeline.lexical.LexicalSearch;
import dev.freshet.pipeline.store.PassageRange;
import dev.freshet.pipeline.store.StoredDocument;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the words of one query find in a generation, judged by the store. One per query and thread.
 */
final class LexicalRetrieval {
  private final GenerationIndex index;
  private final LexicalSearch words;
  private final @Nullable Filter filter;

  LexicalRetrieval(GenerationIndex index, LexicalSearch words, @Nullable Filter filter) {
    this.index = index;
    this.words = words;
    this.filter = filter;
  }

  /**
   * The best documents, best first, by what is known in memory.
   *
   * @return at most k; null where something has changed meanwhile: then only the store knows
   */
  @Nullable List<Listed> listed(int k) {
    List<LexicalHit> hits = hits(k + GenerationIndex.SPARE[0]);
    List<Listed> listed = new ArrayList<>(hits.size());
    for (LexicalHit hit : hits) {
      DocumentTable.Entry entry = index.entry(hit.id());
      if (entry == null || !entry.position().equals(hit.position())) {
        return null;
      }
      listed.add(new Listed(entry, Candidate.UNKNOWN, hit.score()));
    }
    return listed.stream().sorted(Listed.BEST_FIRST).limit(k).toList();
  }

  private List<LexicalHit> hits(int most) {
    return words.best(most, filter == null ? null : id -> index.accepts(id, filter));
  }

  /**
   * The best documents, best first, each of one stored version; their passages are not known.
   *
   * @return at most k; fewer than there are only while documents change faster than they are read
   */
  List<Candidate> best(int k) {
    List<Candidate> found = List.of();
    for (int spare : GenerationIndex.SPARE) {
      List<LexicalHit> hits = hits(k + spare);
      boolean complete = hits.size() < k + spare;
      // What is not among the hits scores no more than the last of them.
      float floor = complete ? 0 : hits.get(hits.size() - 1).score();
      found = new ArrayList<>();
      for (LexicalHit hit : hits) {
        Candidate candidate = judge(hit);
        if (candidate != null && candidate.score() >= floor) {
          found.add(candidate);
        }
      }
      if (complete || found.size() >= k) {
        break;
      }
    }
    return found.stream().sorted(Candidate.BEST_FIRST).limit(k).toList();
  }

  private @Nullable Candidate judge(LexicalHit hit) {
    StoredDocument stored = index.stored(hit.id());
    if (stored == null || (filter != null && !index.passes(stored, filter))) {
      return null;
    }
    if (stored.position().equals(hit.position())) {
      return new Candidate(stored, Candidate.UNKNOWN, hit.score());
    }
    float score = words.score(index.decode(stored));
    return score > 0 ? new Candidate(stored, Candidate.UNKNOWN, score) : null;
  }

  /** The candidate with the passage that matches the words best, of equal ones the first. */
  Candidate withPassage(Candidate candidate) {
    if (candidate.passage() != Candidate.UNKNOWN) {
      return candidate;
    }
    List<PassageRange> passages = candidate.document().passages();
    if (passages.size() == 1) {
      return candidate.withPassage(0);
    }
    Document document = index.decode(candidate.document());
    int best = 0;
    float bestScore = 0;
    for (int i = 0; i < passages.size(); i++) {
      PassageRange range = passages.get(i);
      float score = words.score(Snippets.clip(document.text(), range.start(), range.end()));
      if (score > bestScore) {
        best = i;
        bestScore = score;
      }
    }
    return candidate.withPassage(best);
  }
}
