package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of a pair before anybody clicked it: pairs of one stratum are relevant equally
 * often. How often that is, the log says.
 */
final class RelevanceStrata {
  /** Of the strata by rank, the last rank of each but the last one: deep ranks are much alike. */
  private static final int[] LAST_RANK = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 50};

  /** How many there are by rank. */
  static final int RANKS = LAST_RANK.length + 1;

  /** The documents most like an answer, as shares of all; the others are one band more. */
  private static final double[] MOST_ALIKE = {0.02, 0.05, 0.1, 0.2, 0.4};

  /** Of the strata by likeness, the last rank of each but the last one of a band. */
  private static final int[] LAST_RANK_OF_BAND = {3, 10};

  /** From this posterior on a document answers: others may be like it. */
  private static final double SURE = 0.9;

  /** Answers to a query that a document is compared with. */
  private static final int MOST_ANSWERS = 5;

  private RelevanceStrata() {}

  /** Number of the stratum of a rank, from 0. */
  static int ofRank(int rank) {
    return place(LAST_RANK, rank);
  }

  /** By the best rank that the system ever gave a pair. */
  static int[] byRank(ClickTable table) {
    return Arrays.stream(table.bestRank).map(RelevanceStrata::ofRank).toArray();
  }

  /**
   * By rank, and by how much a document is like another answer to its query, the one it is most
   * like. Documents that are like an answer answer the same query more often than others, or they
   * do not: that is for the log to say. Where no other answer is sure, it is the rank alone.
   *
   * <p>Clicks count for what is like the clicked: Gao et al., <i>Smoothing clickthrough data for
   * Web search ranking</i>, SIGIR 2009.
   *
   * @param relevant posterior of each pair, as far as the ranks tell
   */
  static int[] byLikeness(ClickTable table, double[] relevant, Likeness likeness) {
    double[] alike = toAnswer(table, relevant, likeness);
    double[] limits = limits(alike);
    int[] strata = byRank(table);
    for (int pair = 0; pair < strata.length; pair++) {
      if (!Double.isNaN(alike[pair])) {
        int band = 0;
        while (band < limits.length && alike[pair] <= limits[band]) {
          band++;
        }
        int ranks = place(LAST_RANK_OF_BAND, table.bestRank[pair]);
        strata[pair] = RANKS + band * (LAST_RANK_OF_BAND.length + 1) + ranks;
      }
    }
    return strata;
  }

  /** What a document must exceed to be in a band; where many are equally alike, bands are empty. */
  private static double[] limits(double[] alike) {
    double[] known = Arrays.stream(alike).filter(each -> !Double.isNaN(each)).sorted().toArray();
    return Arrays.stream(MOST_ALIKE)
        .map(share -> known.length == 0 ? 0 : known[(int) ((1 - share) * (known.length - 1))])
        .toArray();
  }

  /**
   * By pair, how much it is like that of the other answers which it is most like; NaN where no
   * other is sure. Of many answers the surest few are looked at.
   */
  private static double[] toAnswer(ClickTable table, double[] relevant, Likeness likeness) {
    Map<String, List<Integer>> sure = new HashMap<>();
    for (int pair = 0; pair < relevant.length; pair++) {
      if (relevant[pair] >= SURE) {
        sure.computeIfAbsent(table.pairs[pair].queryId(), query -> new ArrayList<>()).add(pair);
      }
    }
    sure.values().forEach(each -> each.sort(Comparator.comparingDouble(pair -> -relevant[pair])));
    double[] alike = new double[relevant.length];
    for (int i = 0; i < alike.length; i++) {
      int pair = i;
      ClickTable.Pair own = table.pairs[pair];
      alike[pair] =
          sure.getOrDefault(own.queryId(), List.of()).stream()
              .filter(answer -> answer != pair)
              .limit(MOST_ANSWERS)
              .mapToDouble(
                  answer -> likeness.between(own.documentId(), table.pairs[answer].documentId()))
              .filter(each -> !Double.isNaN(each))
              .max()
              .orElse(Double.NaN);
    }
    return alike;
  }

  /** The first of the ascending limits that a value does not exceed. */
  private static int place(int[] limits, int value) {
    int place = Arrays.binarySearch(limits, value);
    return place < 0 ? -place - 1 : place;
  }
}
