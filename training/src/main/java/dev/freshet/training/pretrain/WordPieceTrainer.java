package dev.freshet.training.pretrain;

import dev.freshet.model.encoder.WordPieceFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Learns a WordPiece vocabulary from texts: begins with their characters and joins, again and
 * again, the two neighbouring pieces that stand side by side most often (byte-pair encoding,
 * Sennrich et al. 2016, over characters; a piece inside a word carries BERT's {@code ##}).
 *
 * <p>The same texts and size yield the same vocabulary: of equally frequent pairs the first in
 * alphabetical order wins. Used once, by one thread.
 */
public final class WordPieceTrainer {
  private static final String CONTINUATION = WordPieceFile.CONTINUATION;

  private final Map<String, Long> words = new TreeMap<>();

  /** Two neighbouring pieces. */
  private record Pair(String left, String right) implements Comparable<Pair> {
    private static final Comparator<Pair> ORDER =
        Comparator.comparing(Pair::left).thenComparing(Pair::right);

    String joined() {
      return left + right.substring(CONTINUATION.length());
    }

    @Override
    public int compareTo(Pair other) {
      return ORDER.compare(this, other);
    }
  }

  /** A pair with its count when it was queued; it may have changed since. */
  private record Candidate(Pair pair, long count) {
    private static final Comparator<Candidate> MOST_FREQUENT =
        Comparator.comparingLong(Candidate::count).reversed().thenComparing(Candidate::pair);
  }

  /** A distinct word as its pieces now. */
  private static final class Split {
    private final long count;
    private List<String> pieces;

    Split(String word, long count) {
      this.count = count;
      this.pieces = new ArrayList<>();
      word.codePoints()
          .mapToObj(Character::toString)
          .forEach(
              character -> pieces.add(pieces.isEmpty() ? character : CONTINUATION + character));
    }

    void join(Pair pair) {
      var joined = new ArrayList<String>(pieces.size());
      for (int i = 0; i < pieces.size(); i++) {
        boolean here =
            i + 1 < pieces.size()
                && pieces.get(i).equals(pair.left())
                && pieces.get(i + 1).equals(pair.right());
        joined.add(here ? pair.joined() : pieces.get(i));
        i += here ? 1 : 0;
      }
      pieces = joined;
    }
  }

  private final Map<Pair, Long> counts = new HashMap<>();
  private final Map<Pair, Set<Split>> places = new HashMap<>();
  private final PriorityQueue<Candidate> queue = new PriorityQueue<>(Candidate.MOST_FREQUENT);

  /** Counts the words of a text. */
  public WordPieceTrainer add(String text) {
    Words.of(text).forEach(word -> words.merge(word, 1L, Long::sum));
    return this;
  }

  /**
   * The vocabulary of all texts so far; a piece's place is its id.
   *
   * @param size most pieces, special ones and characters included; fewer when no pair stands twice
   *     side by side
   * @throws IllegalArgumentException when that many do not even hold the characters
   */
  public List<String> train(int size) {
    List<Split> splits = new ArrayList<>();
    words.forEach((word, count) -> splits.add(new Split(word, count)));
    var characters = new TreeSet<String>();
    splits.forEach(split -> characters.addAll(split.pieces));
    var vocabulary = new LinkedHashSet<>(WordPieceFile.SPECIAL);
    vocabulary.addAll(characters);
    if (vocabulary.size() > size) {
      throw new IllegalArgumentException(
          "a vocabulary of %d pieces cannot hold the texts' characters, which are %d with the special ones"
              .formatted(size, vocabulary.size()));
    }
    splits.forEach(split -> count(split, 1));
    counts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
    while (vocabulary.size() < size && !queue.isEmpty()) {
      Candidate best = queue.remove();
      if (counts.getOrDefault(best.pair(), 0L) != best.count()) {
        continue; // queued again with its count of today, if it still stands anywhere
      }
      if (best.count() < 2) {
        break;
      }
      vocabulary.add(best.pair().joined());
      join(best.pair());
    }
    return List.copyOf(vocabulary);
  }

  private void join(Pair pair) {
    var touched = new TreeSet<Pair>();
    for (Split split : List.copyOf(places.getOrDefault(pair, Set.of()))) {
      touched.addAll(count(split, -1));
      split.join(pair);
      touched.addAll(count(split, 1));
    }
    for (Pair changed : touched) {
      long count = counts.getOrDefault(changed, 0L);
      if (count > 0) {
        queue.add(new Candidate(changed, count));
      }
    }
  }

  /** Adds a word's pairs to the counts, or takes them away; says which. */
  private Set<Pair> count(Split split, int sign) {
    var pairs = new LinkedHashSet<Pair>();
    for (int i = 0; i + 1 < split.pieces.size(); i++) {
      Pair pair = new Pair(split.pieces.get(i), split.pieces.get(i + 1));
      pairs.add(pair);
      if (counts.merge(pair, sign * split.count, Long::sum) == 0) {
        counts.remove(pair);
      }
    }
    for (Pair pair : pairs) {
      Set<Split> where = places.computeIfAbsent(pair, added -> new LinkedHashSet<>());
      if (sign > 0) {
        where.add(split);
      } else {
        where.remove(split);
      }
    }
    return pairs;
  }
}
