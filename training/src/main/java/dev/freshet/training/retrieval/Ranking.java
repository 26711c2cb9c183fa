package dev.freshet.training.retrieval;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What one query found, best first, in the order of trec_eval: by score, and documents of equal
 * score by id, the larger id first, compared byte by byte in UTF-8. Immutable and thread-safe.
 */
public final class Ranking {
  /** Documents of equal score: which comes first. */
  static final Comparator<String> TIES =
      (a, b) ->
          Arrays.compareUnsigned(
              b.getBytes(StandardCharsets.UTF_8), a.getBytes(StandardCharsets.UTF_8));

  private static final Comparator<ScoredDocument> BEST_FIRST =
      Comparator.comparingDouble((ScoredDocument document) -> -document.score())
          .thenComparing(ScoredDocument::id, TIES);

  private static final Ranking EMPTY = new Ranking(List.of());

  private final String[] ids;
  private final float[] scores;

  private Ranking(List<ScoredDocument> bestFirst) {
    ids = bestFirst.stream().map(ScoredDocument::id).toArray(String[]::new);
    scores = new float[ids.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = bestFirst.get(i).score();
    }
  }

  /** Of a query that found nothing. */
  public static Ranking empty() {
    return EMPTY;
  }

  /**
   * @param documents in any order
   * @throws IllegalArgumentException when a document comes twice
   */
  public static Ranking of(Collection<ScoredDocument> documents) {
    Set<String> seen = new HashSet<>();
    for (ScoredDocument document : documents) {
      if (!seen.add(document.id())) {
        throw new IllegalArgumentException("document %s comes twice".formatted(document.id()));
      }
    }
    return new Ranking(documents.stream().sorted(BEST_FIRST).toList());
  }

  /** Number of documents. */
  public int size() {
    return ids.length;
  }

  /**
   * @param index of a document, 0 for the best
   */
  public ScoredDocument get(int index) {
    return new ScoredDocument(ids[index], scores[index]);
  }

  /** Ids, best first. */
  public List<String> ids() {
    return List.of(ids);
  }

  /** The best documents, at most that many. */
  public Ranking top(int depth) {
    return depth >= size()
        ? this
        : new Ranking(IntStream.range(0, depth).mapToObj(this::get).toList());
  }

  /** Some of the documents, in the same order. */
  public Ranking only(Set<String> documents) {
    return new Ranking(
        IntStream.range(0, size())
            .mapToObj(this::get)
            .filter(each -> documents.contains(each.id()))
            .toList());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ranking ranking
        && Arrays.equals(ids, ranking.ids)
        && Arrays.equals(scores, ranking.scores);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(scores);
  }

  @Override
  public String toString() {
    return IntStream.range(0, size()).mapToObj(this::get).toList().toString();
  }
}
