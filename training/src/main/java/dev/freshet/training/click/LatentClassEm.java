package dev.freshet.training.click;

import java.util.Arrays;
import java.util.concurrent.CancellationException;

/**
 * Expectation-maximisation of clicks whose attractiveness has a few levels, the classes: each pair
 * of query and document is of one class, the same in all of its impressions, but nobody sees which.
 *
 * <pre>
 * P(click | situation s, class g) = stray + (1 - stray) · examination[s] · rate[g]
 * P(pair is of class g)           = prior[stratum of the pair][g]
 * </pre>
 *
 * <p>The classes are summed out, so that examination is the one that makes the whole log likely,
 * however few impressions a pair has; with an attractiveness fitted to each pair it would follow
 * their noise. Examination and rates are known but for a factor; situation 0, the first position,
 * has examination 1.
 *
 * <p>Stray clicks are made whatever is there and wherever it stands. They show where hardly anybody
 * looks: without them, low positions would seem to be looked at, and what is skipped there to be of
 * no use to anybody. It is the constant of affine click models (Vardasbi, Oosterhuis and de Rijke,
 * <i>When inverse propensity scoring does not work</i>, CIKM 2020), the same at all positions.
 *
 * <p>The step for examination is that of Wang et al., <i>Position bias estimation for unbiased
 * learning to rank in personal search</i>, WSDM 2018, equation 2, with stray clicks. An iteration
 * is linear in the number of pairs and situations. Not thread-safe.
 */
final class LatentClassEm {
  /** Probabilities stay this far from 0 and rates from 1, so that no logarithm is infinite. */
  static final double LEAST = 1e-4;

  /** A stratum's prior counts as if this many more pairs had been like the mean of all strata. */
  static final double PRIOR_PAIRS = 50;

  /** Rounds over the small table of counts for each pass over the log. */
  private static final int INNER_ROUNDS = 10;

  private static final double LEAST_PRIOR = 1e-9;

  private final ClickTable table;

  /** By pair. */
  private final int[] stratum;

  private final double[] rates;
  private final boolean ratesAreFree;

  /** What is believed of any stratum before anything was seen. */
  private final double[] belief;

  /** What that counts beside what was seen. */
  private final double beliefShare;

  /** By situation. */
  private final double[] examination;

  /** {@code [strata, classes]}. */
  private final double[][] prior;

  /** {@code [pairs, classes]}, as of the last expectation. */
  private final double[][] posterior;

  /** Probability of a click whatever is there. */
  private double stray;

  private double logLikelihood;

  /**
   * @param stratum of each pair, from 0: pairs of one stratum have one prior
   * @param rates where those of the classes start, above 0
   * @param prior where that of every stratum starts, adds up to 1
   * @param ratesAreFree false when the rates are given, not estimated
   * @param stray where the probability of a stray click starts; 0 for none, and it stays 0
   * @param beliefShare what the prior at the start counts, as a share of the pairs of each stratum,
   *     0 or more. A short log cannot tell a position that is hardly examined from one where hardly
   *     anything is relevant; a belief can
   */
  LatentClassEm(
      ClickTable table,
      int[] stratum,
      double[] rates,
      double[] prior,
      boolean ratesAreFree,
      double stray,
      double beliefShare) {
    this.table = table;
    this.stratum = stratum.clone();
    this.rates = rates.clone();
    this.ratesAreFree = ratesAreFree;
    examination =
        Arrays.stream(table.positionOf).mapToDouble(position -> 1 / Math.sqrt(position)).toArray();
    this.stray = stray;
    belief = prior.clone();
    this.beliefShare = beliefShare;
    this.prior = new double[Arrays.stream(stratum).max().orElse(0) + 1][];
    Arrays.setAll(this.prior, s -> prior.clone());
    posterior = new double[table.pairs.length][rates.length];
  }

  /**
   * One that begins where this one is, with other strata.
   *
   * @param finer stratum of each pair; those beyond the ones here are new
   */
  LatentClassEm refined(int[] finer) {
    LatentClassEm refined =
        new LatentClassEm(table, finer, rates, belief, ratesAreFree, stray, beliefShare);
    System.arraycopy(examination, 0, refined.examination, 0, examination.length);
    for (int s = 0; s < Math.min(prior.length, refined.prior.length); s++) {
      refined.prior[s] = prior[s].clone();
    }
    return refined;
  }

  /**
   * Iterates until nothing moves any more, or the iterations run out.
   *
   * @throws CancellationException when the calling thread was interrupted; it is not any more
   */
  EmReport run(EmSettings settings) {
    int iterations = 0;
    boolean converged = false;
    while (iterations < settings.iterations() && !converged) {
      if (Thread.interrupted()) {
        throw new CancellationException("the estimation was interrupted");
      }
      converged = iterate() < settings.tolerance();
      iterations++;
    }
    expect(); // what is told of the pairs belongs to the last parameters
    return new EmReport(iterations, converged, logLikelihood);
  }

  /**
   * One expectation and one maximisation; returns by how much examination, a rate, the probability
   * of a stray click or the mean rate of a stratum moved at most.
   */
  double iterate() {
    ExaminationCounts counts = expect();
    double moved = maximisePrior();
    double[] before = examination.clone();
    double[] ratesBefore = rates.clone();
    double strayBefore = stray;
    for (int round = 0; round < INNER_ROUNDS; round++) {
      stray = counts.maximise(examination, rates, ratesAreFree, stray);
    }
    moved = Math.max(moved, Math.abs(stray - strayBefore));
    return Math.max(moved, Math.max(moved(before, examination), moved(ratesBefore, rates)));
  }

  private static double moved(double[] before, double[] after) {
    double most = 0;
    for (int i = 0; i < before.length; i++) {
      most = Math.max(most, Math.abs(after[i] - before[i]));
    }
    return most;
  }

  private ExaminationCounts expect() {
    double[][] logPrior =
        Arrays.stream(prior)
            .map(each -> Arrays.stream(each).map(Math::log).toArray())
            .toArray(double[][]::new);
    double[][] logClick = new double[table.cells()][rates.length];
    double[][] logSkip = new double[table.cells()][rates.length];
    for (int cell = 0; cell < table.cells(); cell++) {
      for (int g = 0; g < rates.length; g++) {
        double click = examination[cell] * rates[g];
        logClick[cell][g] = Math.log(stray + (1 - stray) * click);
        logSkip[cell][g] = Math.log1p(-stray) + Math.log1p(-click);
      }
    }
    ExaminationCounts counts = new ExaminationCounts(table, rates.length);
    logLikelihood = 0;
    for (int pair = 0; pair < table.pairs.length; pair++) {
      double[] logJoint = posterior[pair];
      System.arraycopy(logPrior[stratum[pair]], 0, logJoint, 0, rates.length);
      for (int i = table.start[pair]; i < table.start[pair + 1]; i++) {
        int clicks = table.clicked[i];
        int skips = table.shown[i] - clicks;
        double[] click = logClick[table.cell[i]];
        double[] skip = logSkip[table.cell[i]];
        for (int g = 0; g < rates.length; g++) {
          logJoint[g] += clicks * click[g] + skips * skip[g];
        }
      }
      logLikelihood += normalise(logJoint);
      counts.add(pair, posterior[pair]);
    }
    return counts;
  }

  /**
   * Makes probabilities of logarithms of their multiples.
   *
   * @return logarithm of their sum
   */
  static double normalise(double[] logs) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double log : logs) {
      largest = Math.max(largest, log);
    }
    double sum = 0;
    for (int g = 0; g < logs.length; g++) {
      logs[g] = Math.exp(logs[g] - largest);
      sum += logs[g];
    }
    for (int g = 0; g < logs.length; g++) {
      logs[g] /= sum;
    }
    return largest + Math.log(sum);
  }

  private double maximisePrior() {
    int classes = rates.length;
    double[] mean = new double[classes];
    double[][] sums = new double[prior.length][classes];
    int[] pairs = new int[prior.length];
    for (int pair = 0; pair < posterior.length; pair++) {
      pairs[stratum[pair]]++;
      for (int g = 0; g < classes; g++) {
        sums[stratum[pair]][g] += posterior[pair][g];
        mean[g] += posterior[pair][g] / posterior.length;
      }
    }
    double moved = 0;
    for (int s = 0; s < prior.length; s++) {
      double before = meanRate(s);
      for (int g = 0; g < classes; g++) {
        double believed = beliefShare * pairs[s];
        double share =
            (sums[s][g] + PRIOR_PAIRS * mean[g] + believed * belief[g])
                / (pairs[s] + PRIOR_PAIRS + believed);
        prior[s][g] = Math.max(LEAST_PRIOR, share);
      }
      moved = Math.max(moved, Math.abs(meanRate(s) - before));
    }
    return moved;
  }

  /** What of a prior the log can show; how it is spread over like rates may drift for ever. */
  private double meanRate(int stratumIndex) {
    double mean = 0;
    for (int g = 0; g < rates.length; g++) {
      mean += prior[stratumIndex][g] * rates[g];
    }
    return mean;
  }

  /** A copy. */
  double[] rates() {
    return rates.clone();
  }

  /** Probability of a click whatever is there. */
  double stray() {
    return stray;
  }

  double prior(int stratumIndex, int classIndex) {
    return prior[stratumIndex][classIndex];
  }

  /** Of the class, given all that happened to the pair. */
  double posterior(int pair, int classIndex) {
    return posterior[pair][classIndex];
  }

  /** How likely the document was examined in any of its impressions, as far as situations say. */
  double examinedOnce(int pair) {
    double never = 1;
    for (int i = table.start[pair]; i < table.start[pair + 1]; i++) {
      never *= Math.pow(1 - examination[table.cell[i]], table.shown[i]);
    }
    return 1 - never;
  }

  /** By position: the mean over the situations of the position, as often as they came. */
  ExaminationCurve curve() {
    double[] sums = new double[table.positions];
    double[] shown = new double[table.positions];
    for (int i = 0; i < table.cell.length; i++) {
      int position = table.positionOf[table.cell[i]] - 1;
      sums[position] += table.shown[i] * examination[table.cell[i]];
      shown[position] += table.shown[i];
    }
    for (int position = 0; position < sums.length; position++) {
      sums[position] /= shown[position];
    }
    sums[0] = 1; // which the mean of ones may miss by rounding
    return new ExaminationCurve(
        Arrays.stream(sums).map(each -> Math.min(1, each)).boxed().toList());
  }
}
