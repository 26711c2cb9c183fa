package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which documents are relevant, from a log alone: those and the others are components of a mixture,
 * and each is clicked at a rate of its own when it is examined. Immutable and thread-safe.
 *
 * <pre>
 * P(click | component g) = stray + (1 - stray) · examination · rates[g]
 * P(component g)         = prior[stratum][g], by rank and by likeness to a known answer
 * P(relevant)            = 1 - P(component 0)
 * </pre>
 *
 * <p>Estimated together by expectation-maximisation. The components can be told apart because pairs
 * are shown more than once: noise spreads over the documents, relevance clicks the same one again.
 * Three impressions of a pair identify a mixture of two binomials, at every position for itself; so
 * neither randomisation nor a relevance that is independent of rank is needed for examination. With
 * two impressions the estimates are rough, with one there is nothing to be known, and {@link
 * #informative} is false.
 *
 * <p>Documents that answer in part are a component between noise and relevance, where the log is
 * better explained with it than without. Taken for noise they would be negatives of queries that
 * they are good for.
 *
 * <p>That three in a hundred are relevant is believed from the beginning, and counts a twentieth of
 * what is seen: logs of a few hundred queries leave open whether lower positions are skipped
 * because nobody looks or because nothing there is relevant, and without it half of what is there
 * is taken for relevant.
 *
 * <p>Assumed: a pair is relevant or not for everybody; stray clicks are as likely anywhere;
 * examination depends on what {@link Browsing} says. A fifth of users who click at random, or a
 * tenth who mean harm, make that less is found, hardly that it is wrong; with a third who mean harm
 * nearly half of what is found is wrong. Where they are the majority the components change places,
 * and no log can show it.
 *
 * <p>The model is the position-based one with an attribute of the pair that has two or three
 * levels: Chuklin, Markov and de Rijke, <i>Click models for web search</i>, 2015, chapters 3 and 4;
 * the mixture of binomials: Blischke, <i>Estimating the parameters of mixtures of binomial
 * distributions</i>, JASA 1964.
 *
 * @param rates of the components, ascending, from noise
 * @param stray probability of a click whatever is there
 * @param prior share of each component
 * @param priorByRank the same by the stratum of the best rank that the system gave a pair
 * @param examination relative to the first position
 * @param estimates one for each pair that was shown, in the order of the log
 * @param informative whether the log is better explained with relevance than without it; else every
 *     posterior is 0
 * @param report how the estimation ended
 */
public record RelevanceMixture(
    List<Double> rates,
    double stray,
    List<Double> prior,
    List<List<Double>> priorByRank,
    ExaminationCurve examination,
    List<RelevanceEstimate> estimates,
    boolean informative,
    EmReport report) {
  private static final double INITIAL_PRIOR = 0.03;

  /** Any but 0, which would stay. */
  private static final double INITIAL_STRAY = 0.01;

  /** Little, but enough where the log leaves it open. */
  private static final double BELIEF_SHARE = 0.05;

  public RelevanceMixture {
    rates = List.copyOf(rates);
    prior = List.copyOf(prior);
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
      return empty();
    }
    Fitted byRank = Fitted.byRank(table, settings);
    return byRank.mixture(byRank);
  }

  /**
   * As {@link #fit(ClickLog, Browsing, EmSettings)}. Where the log is better explained by it, a
   * document that is like a sure answer is believed to answer sooner than others, however few
   * clicks it has.
   */
  public static RelevanceMixture fit(
      ClickLog log, Likeness likeness, Browsing browsing, EmSettings settings) {
    ClickTable table = new ClickTable(log, browsing);
    if (table.pairs.length == 0) {
      return empty();
    }
    Fitted byRank = Fitted.byRank(table, settings);
    Fitted byLikeness =
        byRank.refined(RelevanceStrata.byLikeness(table, byRank.relevant(), likeness), settings);
    return (byLikeness.evidence > byRank.evidence ? byLikeness : byRank).mixture(byRank);
  }

  private static RelevanceMixture empty() {
    return new RelevanceMixture(
        List.of(0.0, 0.0),
        0,
        List.of(1.0, 0.0),
        List.of(),
        ExaminationCurve.power(1, 0),
        List.of(),
        false,
        new EmReport(0, true, 0));
  }

  /**
   * Components that were fitted to a log.
   *
   * @param evidence how well they explain it, by the Bayesian information criterion (Schwarz 1978)
   *     as a logarithm of a likelihood: fits of one log compare by it
   * @param ascending numbers of the classes by rate
   */
  private record Fitted(
      ClickTable table, LatentClassEm em, EmReport report, double evidence, int[] ascending) {

    /** Two components, or three where these are more likely. */
    static Fitted byRank(ClickTable table, EmSettings settings) {
      int[] strata = RelevanceStrata.byRank(table);
      Fitted two = of(table, strata, 2, settings);
      Fitted three = of(table, strata, 3, settings);
      return three.evidence > two.evidence ? three : two;
    }

    static Fitted of(ClickTable table, int[] strata, int components, EmSettings settings) {
      double rate = (double) Arrays.stream(table.clicked).sum() / Arrays.stream(table.shown).sum();
      double noise = Math.min(1 - LatentClassEm.LEAST, Math.max(LatentClassEm.LEAST, rate));
      double[] rates = new double[components];
      double[] prior = new double[components];
      for (int g = 1; g < components; g++) {
        rates[g] = (1 + noise) / 2 * g / (components - 1);
        prior[g] = INITIAL_PRIOR / (components - 1);
      }
      rates[0] = noise;
      prior[0] = 1 - INITIAL_PRIOR;
      LatentClassEm em =
          new LatentClassEm(table, strata, rates, prior, true, INITIAL_STRAY, BELIEF_SHARE);
      return of(table, em, strata, settings);
    }

    /** With other strata, from where these ended. */
    Fitted refined(int[] finer, EmSettings settings) {
      return of(table, em.refined(finer), finer, settings);
    }

    private static Fitted of(
        ClickTable table, LatentClassEm em, int[] strata, EmSettings settings) {
      EmReport report = em.run(settings);
      double[] rates = em.rates();
      // More than one rate for each situation has: rates and priors, and the stray clicks.
      double parameters = (rates.length - 1) * (1 + priors(strata)) + 1;
      double penalty = parameters * Math.log(table.pairs.length) / 2;
      int[] ascending =
          IntStream.range(0, rates.length)
              .boxed()
              .sorted(Comparator.comparingDouble(g -> rates[g]))
              .mapToInt(g -> g)
              .toArray();
      return new Fitted(table, em, report, report.logLikelihood() - penalty, ascending);
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

    /** By pair, the posterior of relevance. */
    double[] relevant() {
      return IntStream.range(0, table.pairs.length)
          .mapToDouble(pair -> 1 - em.posterior(pair, ascending[0]))
          .toArray();
    }

    /**
     * @param byRank whose priors by rank are told
     */
    RelevanceMixture mixture(Fitted byRank) {
      boolean informative = evidence > logLikelihoodOfOneRate(table);
      double[] rates = Arrays.stream(ascending).mapToDouble(g -> em.rates()[g]).toArray();
      List<RelevanceEstimate> estimates = new ArrayList<>(table.pairs.length);
      for (int i = 0; i < table.pairs.length; i++) {
        int pair = i;
        double[] posterior =
            informative
                ? Arrays.stream(ascending).mapToDouble(g -> em.posterior(pair, g)).toArray()
                : noise(rates.length);
        estimates.add(RelevanceMixture.estimate(table, pair, posterior, rates, em.examinedOnce(i)));
      }
      return new RelevanceMixture(
          Arrays.stream(rates).boxed().toList(),
          em.stray(),
          shares(),
          byRank.priors(),
          em.curve(),
          estimates,
          informative,
          report);
    }

    private List<Double> shares() {
      return Arrays.stream(ascending)
          .mapToObj(
              g ->
                  IntStream.range(0, table.pairs.length)
                      .mapToDouble(pair -> em.posterior(pair, g))
                      .average()
                      .orElse(0))
          .toList();
    }

    private List<List<Double>> priors() {
      return IntStream.range(0, em.strata())
          .mapToObj(rank -> Arrays.stream(ascending).mapToObj(g -> em.prior(rank, g)).toList())
          .toList();
    }
  }

  /** The posterior of a pair of which nothing is known. */
  private static double[] noise(int components) {
    double[] posterior = new double[components];
    posterior[0] = 1;
    return posterior;
  }

  private static RelevanceEstimate estimate(
      ClickTable table, int pair, double[] posterior, double[] rates, double examined) {
    double range = rates[rates.length - 1] - rates[0];
    double gain = 0;
    for (int g = 1; g < rates.length && range > 0; g++) {
      gain += posterior[g] * (rates[g] - rates[0]) / range;
    }
    return new RelevanceEstimate(
        table.pairs[pair].queryId(),
        table.pairs[pair].documentId(),
        1 - posterior[0],
        gain,
        examined,
        table.impressions(pair),
        table.clicks(pair));
  }

  /**
   * The same, but for a prior that is the same at every rank: for judging rankings, where it must
   * not count that a document was ranked high before.
   */
  public RelevanceMixture withoutRanks() {
    return new RelevanceMixture(
        rates, stray, prior, List.of(prior), examination, estimates, informative, report);
  }

  /**
   * What another log says of its own pairs, by the rates, the examination by position and the prior
   * by rank that were estimated here: so that a few new clicks can be understood by what many have
   * taught.
   *
   * @return one for each pair of the other log, in its order
   */
  public List<RelevanceEstimate> estimate(ClickLog other) {
    ClickTable table = new ClickTable(other, Browsing.POSITION);
    double[] rate = rates.stream().mapToDouble(each -> each).toArray();
    List<RelevanceEstimate> others = new ArrayList<>(table.pairs.length);
    for (int pair = 0; pair < table.pairs.length; pair++) {
      double[] posterior = informative ? logPrior(table.bestRank[pair]) : noise(rate.length);
      double never = 1;
      for (int i = table.start[pair]; i < table.start[pair + 1]; i++) {
        double examined = examination.at(table.positionOf[table.cell[i]]);
        int skips = table.shown[i] - table.clicked[i];
        for (int g = 0; g < rate.length && informative; g++) {
          posterior[g] += table.clicked[i] * Math.log(stray + (1 - stray) * examined * rate[g]);
          posterior[g] += skips * Math.log1p(-examined * rate[g]);
        }
        never *= Math.pow(1 - examined, table.shown[i]);
      }
      if (informative) {
        LatentClassEm.normalise(posterior);
      }
      others.add(estimate(table, pair, posterior, rate, 1 - never));
    }
    return others;
  }

  private double[] logPrior(int rank) {
    List<Double> prior =
        priorByRank.get(Math.min(RelevanceStrata.ofRank(rank), priorByRank.size() - 1));
    return prior.stream().mapToDouble(Math::log).toArray();
  }

  /** Of a rate for each situation that is the same for all documents. */
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
