package dev.freshet.training.click;

import java.util.Random;

/**
 * How pages are randomised, so that examination can be told from relevance: a document that chance
 * alone has put lower was not put there because it is worse.
 *
 * <p>The published ways: {@link SwapFirst} is the intervention of Joachims, Swaminathan and
 * Schnabel, <i>Unbiased learning-to-rank with biased feedback</i>, WSDM 2017, section 5; {@link
 * ShuffleTop} and {@link SwapTwo} are RandTopN and RandPair of Wang et al., <i>Position bias
 * estimation for unbiased learning to rank in personal search</i>, WSDM 2018, section 3, each on a
 * share of the pages. Shuffling says most for a page and costs its reader most.
 *
 * <p>Immutable and thread-safe; chance is the caller's.
 */
public sealed interface PagePolicy {

  /**
   * Draws an order.
   *
   * @param size documents on the page, 0 or more
   * @return {@code [size]}, the rank that is shown at each position, both from 1
   */
  int[] drawRanks(int size, Random random);

  /**
   * How likely the document of a rank is shown at a position.
   *
   * @param rank from 1 to {@code size}
   * @param position from 1 to {@code size}
   * @return 0 to 1; sums to 1 over positions, and over ranks
   */
  double probability(int rank, int position, int size);

  /** The system's order. */
  record AsRanked() implements PagePolicy {
    @Override
    public int[] drawRanks(int size, Random random) {
      return ranked(size);
    }

    @Override
    public double probability(int rank, int position, int size) {
      return rank == position ? 1 : 0;
    }
  }

  /**
   * Swaps the first document with one of the others, each of them equally likely.
   *
   * @param share of the pages on which it does, 0 to 1
   */
  record SwapFirst(double share) implements PagePolicy {
    public SwapFirst {
      Probabilities.require("share", share);
    }

    @Override
    public int[] drawRanks(int size, Random random) {
      int[] ranks = ranked(size);
      if (size > 1 && random.nextDouble() < share) {
        swap(ranks, 0, 1 + random.nextInt(size - 1));
      }
      return ranks;
    }

    @Override
    public double probability(int rank, int position, int size) {
      double swapped = size > 1 ? share / (size - 1) : 0;
      if (rank == position) {
        return 1 - (rank == 1 ? swapped * (size - 1) : swapped);
      }
      return rank == 1 || position == 1 ? swapped : 0;
    }
  }

  /**
   * Swaps two documents, every two of them equally likely.
   *
   * @param share of the pages on which it does, 0 to 1
   */
  record SwapTwo(double share) implements PagePolicy {
    public SwapTwo {
      Probabilities.require("share", share);
    }

    @Override
    public int[] drawRanks(int size, Random random) {
      int[] ranks = ranked(size);
      if (size > 1 && random.nextDouble() < share) {
        int first = random.nextInt(size);
        int second = random.nextInt(size - 1);
        swap(ranks, first, second < first ? second : second + 1);
      }
      return ranks;
    }

    @Override
    public double probability(int rank, int position, int size) {
      double moved = size > 1 ? 2 * share / size : 0;
      return rank == position ? 1 - moved : moved / (size - 1);
    }
  }

  /**
   * Brings the first documents into an order of which all are equally likely.
   *
   * @param depth how many are shuffled, all where a page has fewer; at least 2
   * @param share of the pages on which it does, 0 to 1
   */
  record ShuffleTop(int depth, double share) implements PagePolicy {
    public ShuffleTop {
      if (depth < 2) {
        throw new IllegalArgumentException("depth must be at least 2, was " + depth);
      }
      Probabilities.require("share", share);
    }

    @Override
    public int[] drawRanks(int size, Random random) {
      int[] ranks = ranked(size);
      if (size > 1 && random.nextDouble() < share) {
        for (int last = Math.min(depth, size) - 1; last > 0; last--) {
          swap(ranks, last, random.nextInt(last + 1)); // Fisher and Yates
        }
      }
      return ranks;
    }

    @Override
    public double probability(int rank, int position, int size) {
      int shuffled = Math.min(depth, size);
      if (rank > shuffled || position > shuffled) {
        return rank == position ? 1 : 0;
      }
      return share / shuffled + (rank == position ? 1 - share : 0);
    }
  }

  private static int[] ranked(int size) {
    int[] ranks = new int[size];
    for (int i = 0; i < size; i++) {
      ranks[i] = i + 1;
    }
    return ranks;
  }

  private static void swap(int[] ranks, int i, int j) {
    int rank = ranks[i];
    ranks[i] = ranks[j];
    ranks[j] = rank;
  }
}
