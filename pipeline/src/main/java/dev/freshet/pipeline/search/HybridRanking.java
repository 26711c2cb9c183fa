package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.store.StoredDocument;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.ReciprocalRankFusion;
import dev.freshet.training.retrieval.ScoredDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The dense and the lexical list of one query as one, as {@link ReciprocalRankFusion} does it. */
final class HybridRanking {
  private HybridRanking() {}

  /**
   * Fuses. A document that changed between the two lists is taken in its newer version, and counts
   * where that was found.
   *
   * @param dense best first
   * @param lexical best first
   * @return at most k, best first; passages are those of the dense list, where it has the document
   */
  static List<Candidate> fuse(List<Candidate> dense, List<Candidate> lexical, int k) {
    Map<String, Candidate> chosen = new HashMap<>();
    lexical.forEach(candidate -> chosen.put(candidate.document().id(), candidate));
    for (Candidate candidate : dense) {
      chosen.merge(
          candidate.document().id(),
          candidate,
          (words, vector) -> isNewer(words.document(), vector.document()) ? words : vector);
    }
    Ranking fused =
        ReciprocalRankFusion.fuseLists(List.of(idsOf(dense, chosen), idsOf(lexical, chosen)));
    List<Candidate> best = new ArrayList<>();
    for (int i = 0; i < Math.min(k, fused.size()); i++) {
      ScoredDocument document = fused.get(i);
      Candidate candidate = chosen.get(document.id());
      if (candidate != null) {
        best.add(candidate.withScore(document.score()));
      }
    }
    return best;
  }

  private static boolean isNewer(StoredDocument one, StoredDocument other) {
    return Position.supersedes(
        one.position(), one.timestampMillis(), other.position(), other.timestampMillis());
  }

  /** Without those whose other version was chosen. */
  private static List<String> idsOf(List<Candidate> list, Map<String, Candidate> chosen) {
    return list.stream()
        .map(Candidate::document)
        .filter(
            document -> {
              Candidate one = chosen.get(document.id());
              return one != null && one.document().position().equals(document.position());
            })
        .map(StoredDocument::id)
        .toList();
  }
}
