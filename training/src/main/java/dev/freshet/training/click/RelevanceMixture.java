package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
 * examination depends on what {@link Browsing} says. A fifth of users who click at random, left out
 * by {@link IndifferentClients} as far as they are found, make that a little less is found, hardly
 * that it is wrong. With a tenth who mean harm one in seven of what is found is wrong; with a fifth
 * or a third a log of ten searches for each query tells nothing, and of what one of forty tells a
 * sixth or three tenths are wrong. Where they are the majority the components change places, and no
 * log can show it.
 *
 * <p>The model is the position-based or the user browsing one with an attribute of the pair that
 * has two or three levels: Chuklin, Markov and de Rijke, <i>Click models for web search</i>, 2015,
 * chapters 3 and 4; the mixture of binomials: Blischke, <i>Estimating the parameters of mixtures of
 * binomial distributions</i>, JASA 1964.
 *
 * @param rates of the components, ascending, from noise
 * @param stray probability of a click whatever is there
 * @param prior share of each component
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
    ExaminationCurve examination,
    List<RelevanceEstimate> estimates,
    boolean informative,
    EmReport report) {
  public RelevanceMixture {
    rates = List.copyOf(rates);
    prior = List.copyOf(prior);
    estimates = List.copyOf(estimates);
  }

  /**
   * Estimates on the calling thread.
   *
   * @param log of any size, also empty
   * @param browsing what examination depends on
   */
  public static RelevanceMixture fit(ClickLog log, Browsing browsing, EmSettings settings) {
    ClickTable table = new ClickTable(log, browsing);
    return table.pairs.length == 0
        ? empty()
        : of(MixtureFit.ofTwo(table, settings).orOfThree(settings));
  }

  /**
   * As {@link #fit(ClickLog, Browsing, EmSettings)}, by what the log itself is best explained with:
   * some users stop where they have found something, and what they did not look at must not count
   * as left; with others, or in a short log, examination by the last click would follow chance.
   * Likewise a document that is like a sure answer is believed to answer sooner than others,
   * however few clicks it has, where the log bears that out.
   *
   * @param likeness of the documents in the log
   */
  static RelevanceMixture fit(ClickLog log, Likeness likeness, EmSettings settings) {
    ClickTable byPosition = new ClickTable(log, Browsing.POSITION);
    if (byPosition.pairs.length == 0) {
      return empty();
    }
    ClickTable byLastClick = new ClickTable(log, Browsing.LAST_CLICK);
    return of(
        MixtureFit.ofTwo(byPosition, settings)
            .orIfBetter(MixtureFit.ofTwo(byLastClick, settings))
            .orOfThree(settings)
            .orByLikeness(likeness, settings));
  }

  private static RelevanceMixture empty() {
    return new RelevanceMixture(
        List.of(0.0, 0.0),
        0,
        List.of(1.0, 0.0),
        ExaminationCurve.power(1, 0),
        List.of(),
        false,
        new EmReport(0, true, 0));
  }

  private static RelevanceMixture of(MixtureFit fit) {
    double[] rates = fit.rates();
    boolean informative = fit.isInformative();
    double[] shares = new double[rates.length];
    List<RelevanceEstimate> estimates = new ArrayList<>(fit.pairs());
    for (int pair = 0; pair < fit.pairs(); pair++) {
      double[] posterior = fit.posterior(pair);
      for (int g = 0; g < shares.length; g++) {
        shares[g] += posterior[g] / fit.pairs();
      }
      estimates.add(
          estimate(
              fit.table(),
              pair,
              informative ? posterior : noise(rates.length),
              rates,
              fit.em().examinedOnce(pair)));
    }
    return new RelevanceMixture(
        Arrays.stream(rates).boxed().toList(),
        fit.em().stray(),
        Arrays.stream(shares).boxed().toList(),
        fit.em().curve(),
        estimates,
        informative,
        fit.report());
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
   * What another log says of its own pairs, by the rates, the examination by position and the prior
   * that were estimated here, and with as many stray clicks: so that a few new clicks can be
   * understood by what many have taught. The prior is the same at every rank: where rankings are
   * judged, it must not count that a document was ranked high before.
   *
   * @return one for each pair of the other log, in its order
   */
  public List<RelevanceEstimate> estimate(ClickLog other) {
    ClickTable table = new ClickTable(other, Browsing.POSITION);
    double[] rate = rates.stream().mapToDouble(each -> each).toArray();
    List<RelevanceEstimate> others = new ArrayList<>(table.pairs.length);
    for (int pair = 0; pair < table.pairs.length; pair++) {
      double[] posterior =
          informative ? prior.stream().mapToDouble(Math::log).toArray() : noise(rate.length);
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
}
