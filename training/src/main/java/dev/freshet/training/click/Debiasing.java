package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.List;

/**
 * How clicks become pairs for training. Everything that is needed is estimated from the log.
 *
 * <p>Immutable and thread-safe; works on the calling thread.
 */
public sealed interface Debiasing {

  /**
   * @param log of any size, also empty
   * @return in the order in which the log shows queries or documents first
   */
  DebiasedClicks pairs(ClickLog log);

  /**
   * As {@link #pairs(ClickLog)}, with what the documents themselves tell where that is of use.
   *
   * @param likeness of the documents in the log
   */
  default DebiasedClicks pairs(ClickLog log, Likeness likeness) {
    return pairs(log);
  }

  /**
   * Clicks as they are: what was clicked is positive and counts as often as it was clicked.
   * Negatives are what was skipped above a click and never clicked (Joachims, <i>Optimizing search
   * engines using clickthrough data</i>, KDD 2002), and count as often as that happened.
   */
  record Unweighted() implements Debiasing {
    @Override
    public DebiasedClicks pairs(ClickLog log) {
      return WeightedClicks.sum(log, position -> 1);
    }
  }

  /**
   * As {@link Unweighted}, but a click counts one over the examination of its position: in
   * expectation as if everything were examined (Joachims et al., WSDM 2017). It removes the bias,
   * not the noise: clicks on what is not relevant are weighted like all others.
   *
   * <p>Examination is {@link RandomisedPropensities}, which where too little was randomised to tell
   * is that of {@link PositionBasedEm}.
   *
   * @param mostWeight of a click, at least 1
   */
  record InversePropensity(double mostWeight) implements Debiasing {
    /**
     * @throws IllegalArgumentException when the weight is below 1
     */
    public InversePropensity {
      if (!(mostWeight >= 1)) {
        throw new IllegalArgumentException("most weight must be at least 1, was " + mostWeight);
      }
    }

    @Override
    public DebiasedClicks pairs(ClickLog log) {
      return pairs(log, RandomisedPropensities.estimate(log));
    }

    /** As {@link #pairs(ClickLog)}, by an examination that is known otherwise. */
    public DebiasedClicks pairs(ClickLog log, ExaminationCurve examination) {
      return WeightedClicks.sum(log, position -> examination.weight(position, mostWeight));
    }
  }

  /**
   * What is relevant by the posterior of {@link RelevanceMixture}: a pair that was clicked is
   * positive where it is likely, and counts by its gain; negative where it is unlikely and the
   * document was examined, and counts by the posterior of not being relevant. Nothing where the log
   * is not informative.
   *
   * @param positive least posterior of a positive, above 0 and at most 1
   * @param negative largest posterior of a negative, 0 or more and below {@code positive}
   * @param examined least probability that a negative was examined, 0 to 1
   */
  record Posterior(double positive, double negative, double examined) implements Debiasing {
    /**
     * @throws IllegalArgumentException when a number is out of range
     */
    public Posterior {
      Probabilities.require("positive", positive);
      Probabilities.require("negative", negative);
      Probabilities.require("examined", examined);
      if (negative >= positive) {
        throw new IllegalArgumentException(
            "negative must be below positive, were %s and %s".formatted(negative, positive));
      }
    }

    /**
     * More likely relevant than not; negatives hardly relevant and looked at nearly for sure, which
     * teaches more than the many that were looked at rather than not.
     */
    public static Posterior defaults() {
      return new Posterior(0.5, 0.05, 0.9);
    }

    @Override
    public DebiasedClicks pairs(ClickLog log) {
      return pairs(log, Likeness.UNKNOWN);
    }

    @Override
    public DebiasedClicks pairs(ClickLog log, Likeness likeness) {
      return pairs(RelevanceMixture.fit(log, likeness, EmSettings.defaults()));
    }

    private DebiasedClicks pairs(RelevanceMixture mixture) {
      List<TrainingPair> positives = new ArrayList<>();
      List<TrainingPair> negatives = new ArrayList<>();
      for (RelevanceEstimate estimate : mixture.estimates()) {
        double posterior = estimate.posterior();
        if (posterior >= positive && estimate.gain() > 0 && estimate.clicks() > 0) {
          // How likely it answers at all says nothing of how well it does.
          positives.add(pair(estimate, estimate.gain() / posterior, estimate.gain()));
        } else if (mixture.informative()
            && posterior <= negative
            && estimate.examined() >= examined) {
          negatives.add(pair(estimate, 0, 1 - posterior));
        }
      }
      return new DebiasedClicks(positives, negatives);
    }

    private static TrainingPair pair(RelevanceEstimate estimate, double worth, double weight) {
      return new TrainingPair(
          estimate.queryId(),
          estimate.documentId(),
          worth,
          weight,
          estimate.impressions(),
          estimate.clicks());
    }
  }
}
