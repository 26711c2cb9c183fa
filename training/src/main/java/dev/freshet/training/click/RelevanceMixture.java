package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which documents are relevant, from a log alone: those and the others are two components of a
 * mixture, and each is clicked at a rate of its own when it is examined. Immutable and thread-safe.
 *
 * <pre>
 * P(click | relevant)     = examination · relevantRate
 * P(click | not relevant) = examination · noiseRate
 * P(relevant)             = priorByRank[rank]
 * </pre>
 *
 * <p>Estimated together by expectation-maximisation. The components can be told apart because pairs
 * are shown more than once: noise spreads over the documents, relevance clicks the same one again.
 * Three impressions of a pair identify a mixture of two binomials, at every position for itself; so
 * neither randomisation nor a relevance that is independent of rank is needed for examination. With
 * two impressions the estimates are rough, with one there is nothing to be known, and {@link
 * #informative} is false.
 *
 * <p>That three in a hundred are relevant is believed from the beginning, and counts a twentieth of
 * what is seen: logs of a few hundred queries leave open whether lower positions are skipped
 * because nobody looks or because nothing there is relevant, and without it half of what is there
 * is taken for relevant.
 *
 * <p>Assumed: a pair is relevant or not for everybody; noise is examined like anything else;
 * examination depends on what {@link Browsing} says. A fifth of users who click at random, or a
 * tenth who mean harm, make that less is found, hardly that it is wrong; with a third who mean harm
 * nearly half of what is found is wrong. Where they are the majority the components change places,
 * and no log can show it.
 *
 * <p>The model is the position-based one with a binary attribute of the pair: Chuklin, Markov and
 * de Rijke, <i>Click models for web search</i>, 2015, chapters 3 and 4; the mixture of binomials:
 * Blischke, <i>Estimating the parameters of mixtures of binomial distributions</i>, JASA 1964.
 *
 * @param relevantRate r1, not below {@code noiseRate}
 * @param noiseRate r0
 * @param priorByRank share of relevant documents by the best rank that the system gave them, from
 *     1; the last counts for all ranks below, {@value #RANKS} at most have one of their own
 * @param examination relative to the first position
 * @param estimates one for each pair that was shown, in the order of the log
 * @param informative whether the log is better explained with relevance than without it; else every
 *     posterior is 0
 * @param report how the estimation ended
 */
public record RelevanceMixture(
    double relevantRate,
    double noiseRate,
    List<Double> priorByRank,
    ExaminationCurve examination,
    List<RelevanceEstimate> estimates,
    boolean informative,
    EmReport report) {
  private static final double INITIAL_PRIOR = 0.03;

  /** A rank is whatever a record says; what is deeper than anybody looks is all alike. */
  private static final int RANKS = 100;

  /** Little, but enough where the log leaves it open. */
  private static final double BELIEF_SHARE = 0.05;

  public RelevanceMixture {
    priorByRank = List.copyOf(priorByRank);
    estimates = List.copyOf(estimates);
  }

  /**
   * Estimates on the calling thread.
   *
   * @param log of any size, also empty
   */
  public static RelevanceMixture fit(ClickLog log, Browsing browsing, EmSettings settings) {
    ClickTable table = new ClickTable(log, browsing);
    if (table.pairs.length == 0) {
      return new RelevanceMixture(
          0,
          0,
          List.of(),
          ExaminationCurve.power(1, 0),
          List.of(),
          false,
          new EmReport(0, true, 0));
    }
    double rate = (double) log.clicks() / Arrays.stream(table.shown).sum();
    double noise = Math.min(1 - LatentClassEm.LEAST, Math.max(LatentClassEm.LEAST, rate));
    LatentClassEm em =
        new LatentClassEm(
            table,
            strata(table),
            new double[] {noise, (1 + noise) / 2},
            new double[] {1 - INITIAL_PRIOR, INITIAL_PRIOR},
            true,
            BELIEF_SHARE);
    EmReport report = em.run(settings);
    return of(table, em, report);
  }

  /** By pair, from 0. */
  private static int[] strata(ClickTable table) {
    return Arrays.stream(table.bestRank).map(rank -> Math.min(rank, RANKS) - 1).toArray();
  }

  /**
   * The same, but for a prior that is the same at every rank: for judging rankings, where it must
   * not count that a document was ranked high before.
   */
  public RelevanceMixture withoutRanks() {
    double mean = priorByRank.stream().mapToDouble(prior -> prior).average().orElse(INITIAL_PRIOR);
    return new RelevanceMixture(
        relevantRate, noiseRate, List.of(mean), examination, estimates, informative, report);
  }

  /**
   * What another log says of its own pairs, by the rates, the examination by position and the prior
   * that were estimated here: so that a few new clicks can be understood by what many have taught.
   *
   * @return one for each pair of the other log, in its order
   */
  public List<RelevanceEstimate> estimate(ClickLog other) {
    ClickTable table = new ClickTable(other, Browsing.POSITION);
    List<RelevanceEstimate> others = new ArrayList<>(table.pairs.length);
    for (int pair = 0; pair < table.pairs.length; pair++) {
      double logOdds = logPriorOdds(table.bestRank[pair]);
      double never = 1;
      for (int i = table.start[pair]; i < table.start[pair + 1]; i++) {
        double examined = examination.at(table.positionOf[table.cell[i]]);
        int skips = table.shown[i] - table.clicked[i];
        logOdds += table.clicked[i] * (Math.log(relevantRate) - Math.log(noiseRate));
        logOdds +=
            skips * (Math.log1p(-examined * relevantRate) - Math.log1p(-examined * noiseRate));
        never *= Math.pow(1 - examined, table.shown[i]);
      }
      others.add(
          new RelevanceEstimate(
              table.pairs[pair].queryId(),
              table.pairs[pair].documentId(),
              informative ? 1 / (1 + Math.exp(-logOdds)) : 0,
              1 - never,
              table.impressions(pair),
              table.clicks(pair)));
    }
    return others;
  }

  private double logPriorOdds(int rank) {
    if (priorByRank.isEmpty()) {
      return 0;
    }
    double prior = priorByRank.get(Math.min(rank, priorByRank.size()) - 1);
    return Math.log(prior) - Math.log1p(-prior);
  }

  private static RelevanceMixture of(ClickTable table, LatentClassEm em, EmReport report) {
    double[] rates = em.rates();
    int relevant = rates[1] >= rates[0] ? 1 : 0;
    boolean informative = isInformative(table, em, report);
    List<RelevanceEstimate> estimates = new ArrayList<>(table.pairs.length);
    for (int pair = 0; pair < table.pairs.length; pair++) {
      estimates.add(
          new RelevanceEstimate(
              table.pairs[pair].queryId(),
              table.pairs[pair].documentId(),
              informative ? em.posterior(pair, relevant) : 0,
              em.examinedOnce(pair),
              table.impressions(pair),
              table.clicks(pair)));
    }
    return new RelevanceMixture(
        rates[relevant],
        rates[1 - relevant],
        IntStream.range(0, em.strata()).mapToObj(rank -> em.prior(rank, relevant)).toList(),
        em.curve(),
        estimates,
        informative,
        report);
  }

  /**
   * By the Bayesian information criterion (Schwarz 1978), against a rate for each situation that is
   * the same for all documents. Otherwise chance alone would be cut into two components, and half
   * of it be taken for relevance.
   */
  private static boolean isInformative(ClickTable table, LatentClassEm em, EmReport report) {
    int[] pairsOfRank = new int[em.strata()];
    Arrays.stream(strata(table)).forEach(stratum -> pairsOfRank[stratum]++);
    double parameters = 1; // the second rate
    for (int pairs : pairsOfRank) {
      parameters += pairs / (pairs + LatentClassEm.PRIOR_PAIRS); // what is left of it by shrinkage
    }
    double penalty = parameters * Math.log(table.pairs.length) / 2;
    return report.logLikelihood() - penalty > logLikelihoodOfOneRate(table);
  }

  private static double logLikelihoodOfOneRate(ClickTable table) {
    double[] shown = new double[table.cells()];
    double[] clicked = new double[table.cells()];
    for (int i = 0; i < table.cell.length; i++) {
      shown[table.cell[i]] += table.shown[i];
      clicked[table.cell[i]] += table.clicked[i];
    }
    double sum = 0;
    for (int cell = 0; cell < shown.length; cell++) {
      double skipped = shown[cell] - clicked[cell];
      sum += clicked[cell] > 0 ? clicked[cell] * Math.log(clicked[cell] / shown[cell]) : 0;
      sum += skipped > 0 ? skipped * Math.log(skipped / shown[cell]) : 0;
    }
    return sum;
  }
}
