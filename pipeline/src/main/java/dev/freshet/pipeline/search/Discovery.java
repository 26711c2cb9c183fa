package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Impression;
import dev.freshet.training.sampling.Epochs;
import java.util.Arrays;
import java.util.Random;

/**
 * Documents from below a page in place of some that belong on it. Clicks teach only about what
 * people see; where an encoder still ranks the answers to some way of asking too low, nobody would
 * ever click them, and it would never learn to rank them higher. It is the encoder that learns, so
 * what is below a page is the best of its own list that the page lacks: words may have taken the
 * places.
 *
 * <p>Of the positions from the third to the tenth two are given away; all these positions and all
 * candidates are equally likely. The first two positions stay: they are what most people came for.
 *
 * <p>A query has a few of those below for its own, as long as a generation is served and its
 * ranking is the same. One click proves nothing, since some clicks are mistakes; what answers is
 * told by clicks that come again, and they can only where the same document is shown again. So
 * fewer candidates than half a dozen, of those that answer most often: in the demo they bring to
 * light half as many answers again as a dozen of all the forty down to rank 50. Immutable and
 * thread-safe.
 *
 * @param share of the answers in which it is done, 0 to 1
 */
record Discovery(double share) {
  /** Documents below a page, best first, that may be shown on it. */
  static final int BELOW = 10;

  /** Of them those that one query ever shows, before its generation is replaced. */
  static final int CANDIDATES = 5;

  private static final int FIRST = 3;
  private static final int SLOTS = 2;

  /**
   * The ranks below an answer that may be shown on its page; what is below goes on counting from
   * the answer's last rank.
   *
   * @param size of the answer
   * @param below how many documents are known below it
   * @param seed of the query and its generation: the same, the same ranks
   */
  int[] candidates(int size, int below, long seed) {
    return Arrays.stream(Epochs.shuffled(Math.min(BELOW, below), seed, 0))
        .limit(CANDIDATES)
        .map(rank -> size + 1 + rank)
        .toArray();
  }

  /**
   * Draws what is shown.
   *
   * @param size of the answer
   * @param candidates as {@link #candidates} has them
   * @return {@code [size]}, the rank that is shown at each position, both from 1
   */
  int[] drawRanks(int size, int[] candidates, Random random) {
    int[] ranks = new int[size];
    Arrays.setAll(ranks, position -> position + 1);
    int[] positions = Epochs.shuffled(positions(size), random.nextLong(), 0);
    int[] drawn = Epochs.shuffled(candidates.length, random.nextLong(), 0);
    for (int i = 0; i < slots(size, candidates); i++) {
      ranks[positions[i] + FIRST - 1] = candidates[drawn[i]];
    }
    return ranks;
  }

  /**
   * How likely the document of a rank is shown at a position, over the answers on which it is done
   * and the others, which are as ranked.
   */
  double probability(int rank, int position, int size, int[] candidates) {
    boolean open = position >= FIRST && position < FIRST + positions(size);
    double given = open ? share * slots(size, candidates) / positions(size) : 0;
    if (rank > size) {
      return given / candidates.length;
    }
    return rank == position ? 1 - given : 0;
  }

  /** How many positions are given away. */
  private static int slots(int size, int[] candidates) {
    return Math.min(SLOTS, Math.min(positions(size), candidates.length));
  }

  /** How many positions they are drawn from. */
  private static int positions(int size) {
    return Math.max(0, Math.min(size, Impression.EXPLORED_SLOTS) - FIRST + 1);
  }
}
