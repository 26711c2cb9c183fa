package dev.freshet.training.click;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Components of {@link RelevanceMixture}, fitted to a log.
 *
 * @param evidence how well they explain it, by the Bayesian information criterion (Schwarz 1978) as
 *     a logarithm of a likelihood: fits of one log compare by it
 * @param ascending numbers of the classes by rate
 */
record MixtureFit(
    ClickTable table, LatentClassEm em, EmReport report, double evidence, int[] ascending) {
  private static final double INITIAL_PRIOR = 0.03;

  /** Of what is shown: any but 0, which would stay. */
  private static final double INITIAL_STRAY = 0.01;

  /** Little, but enough where the log leaves it open. */
  private static final double BELIEF_SHARE = 0.05;

  /**
   * What answers in part has at least this share of the attraction of what answers. A component
   * that is nearer to noise is some misfit of the model, of which long logs show every one.
   */
  private static final double LEAST_PART = 0.25;

  /** Noise and relevance, their shares by rank. */
  static MixtureFit ofTwo(ClickTable table, EmSettings settings) {
    return byRank(table, 2, settings);
  }

  /** Whichever explains the log better. */
  MixtureFit orIfBetter(MixtureFit other) {
    return other.evidence > evidence ? other : this;
  }

  /** With what answers in part as a third component, where the log is better explained with it. */
  MixtureFit orOfThree(EmSettings settings) {
    MixtureFit three = byRank(table, 3, settings);
    return three.hasPart() ? orIfBetter(three) : this;
  }

  private static MixtureFit byRank(ClickTable table, int components, EmSettings settings) {
    double rate = (double) Arrays.stream(table.clicked).sum() / Arrays.stream(table.shown).sum();
    double noise = Math.min(1 - LatentClassEm.LEAST, Math.max(LatentClassEm.LEAST, rate));
    double[] rates = new double[components];
    double[] prior = new double[components];
    Arrays.setAll(rates, g -> noise + (1 - noise) / 2 * g / (components - 1));
    Arrays.setAll(prior, g -> g == 0 ? 1 - INITIAL_PRIOR : INITIAL_PRIOR / (components - 1));
    int[] strata = RelevanceStrata.byRank(table);
    return of(
        table,
        strata,
        new LatentClassEm(table, strata, rates, prior, true, INITIAL_STRAY, BELIEF_SHARE),
        settings);
  }

  private static MixtureFit of(
      ClickTable table, int[] strata, LatentClassEm em, EmSettings settings) {
    EmReport report = em.run(settings);
    return new MixtureFit(
        table, em, report, evidence(table, strata, em, report), ascending(em.rates()));
  }

  private static int[] ascending(double[] rates) {
    return IntStream.range(0, rates.length)
        .boxed()
        .sorted(Comparator.comparingDouble(g -> rates[g]))
        .mapToInt(g -> g)
        .toArray();
  }

  private static double evidence(
      ClickTable table, int[] strata, LatentClassEm em, EmReport report) {
    // Examination but of the first position, rates, priors, and the stray clicks.
    int classes = em.rates().length;
    double parameters = situations(table) - 1 + classes + (classes - 1) * priors(strata) + 1;
    return report.logLikelihood() - penalty(table, parameters);
  }

  /** Only those that came have anything to fit. */
  private static long situations(ClickTable table) {
    return Arrays.stream(table.cell).distinct().count();
  }

  private static double penalty(ClickTable table, double parameters) {
    return parameters * Math.log(table.pairs.length) / 2;
  }

  /** How many priors are free: shrinkage leaves little of those with few pairs. */
  private static double priors(int[] strata) {
    Map<Integer, Long> pairs =
        Arrays.stream(strata)
            .boxed()
            .collect(Collectors.groupingBy(stratum -> stratum, Collectors.counting()));
    return pairs.values().stream()
        .mapToDouble(each -> each / (each + LatentClassEm.PRIOR_PAIRS))
        .sum();
  }

  private boolean hasPart() {
    double[] rates = rates();
    return (rates[1] - rates[0]) / (rates[2] - rates[0]) >= LEAST_PART;
  }

  /**
   * One by likeness to a sure answer where the log is better explained by it. That is held, too,
   * against a fit for which all documents are equally alike: it knows as well that a query which
   * has a sure answer seldom has another one.
   */
  MixtureFit orByLikeness(Likeness likeness, EmSettings settings) {
    if (!isInformative()) {
      return this;
    }
    double[] relevant =
        IntStream.range(0, pairs()).mapToDouble(pair -> 1 - posterior(pair)[0]).toArray();
    int[] strata = RelevanceStrata.byLikeness(table, relevant, likeness);
    if (Arrays.equals(strata, RelevanceStrata.byRank(table))) {
      return this;
    }
    Likeness alike =
        (document, other) -> Double.isNaN(likeness.between(document, other)) ? Double.NaN : 0;
    int[] coarse = RelevanceStrata.byLikeness(table, relevant, alike);
    MixtureFit control = of(table, coarse, em.refined(coarse), settings).orIfBetter(this);
    MixtureFit better = control.orIfBetter(of(table, strata, em.refined(strata), settings));
    return better == control ? this : better;
  }

  /**
   * Against a rate for each situation that is the same for all documents: else nothing is known.
   */
  boolean isInformative() {
    return evidence > logLikelihoodOfOneRate() - penalty(table, situations(table));
  }

  private double logLikelihoodOfOneRate() {
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

  int pairs() {
    return table.pairs.length;
  }

  /** Of the components, ascending. */
  double[] rates() {
    double[] rates = em.rates();
    return Arrays.stream(ascending).mapToDouble(g -> rates[g]).toArray();
  }

  /** Of each component, in the order of {@link #rates}. */
  double[] posterior(int pair) {
    return Arrays.stream(ascending).mapToDouble(g -> em.posterior(pair, g)).toArray();
  }
}
