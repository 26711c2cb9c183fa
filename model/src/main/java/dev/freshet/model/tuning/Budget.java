package dev.freshet.model.tuning;

import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much may be trained, as a share of the backbone's parameters (those of {@link
 * BackboneTensors#parameters}). Counts weights and not biases, as the literature does, so that
 * methods of the same budget have the same products to compute: {@code 2·hidden·layers·K}. A method
 * without widths is counted with all that it trains.
 *
 * @param share of the backbone's parameters, above 0; 0.0673 and 0.0054 are the published ones
 */
public record Budget(double share) {
  /** How far from the target, relative to it, a method may be. */
  private static final double TOLERANCE = 0.02;

  public Budget {
    Widths.requirePositive("share", share);
  }

  /**
   * What a budget came to.
   *
   * @param method with the widths that meet the budget
   * @param parameters exactly how many it trains
   * @param share of the backbone's parameters that is
   */
  public record Fit(TuningMethod method, ParameterCount parameters, double share) {}

  /**
   * Chooses the widths of a method.
   *
   * @param pattern the method with widths in the wanted proportion, which is kept as far as whole
   *     numbers allow; see {@link PublishedMethods}
   * @throws IllegalArgumentException when no widths are within 2 % of the budget, with the nearest
   */
  public Fit fit(TuningMethod pattern, BertConfig config) {
    return fit(pattern, config, 0);
  }

  /**
   * As above, where part of the budget goes to a change of the word embeddings.
   *
   * @param wordRank rank of that change; 0 for none
   * @throws IllegalArgumentException when the change alone takes all of the budget
   */
  public Fit fit(TuningMethod pattern, BertConfig config, int wordRank) {
    double all = share * BackboneTensors.parameters(config);
    long words = ParameterCount.of(WordUpdate.tensors(config, wordRank)).weights();
    double target = all - words;
    if (!(target > 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a word rank of %d takes %d parameters, the budget of %.4f %% has %.0f",
              wordRank,
              words,
              100 * share,
              all));
    }
    List<TuningMethod> candidates = candidates(pattern, target, config);
    TuningMethod inProportion = candidates.get(0);
    if (distance(inProportion, target, config) <= TOLERANCE) {
      return fitted(inProportion, config);
    }
    TuningMethod nearest = nearest(candidates, target, config);
    if (nearest != null && distance(nearest, target, config) <= TOLERANCE) {
      return fitted(nearest, config);
    }
    Fit fit = fitted(nearest == null ? inProportion : nearest, config);
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s cannot train %.4f %% of the backbone (%.0f parameters) within %.0f %%: the nearest"
                + " is %.4f %% (%d parameters)",
            fit.method(),
            100 * share,
            target,
            100 * TOLERANCE,
            100 * fit.share(),
            counted(fit.method(), config)));
  }

  /** The pattern scaled first, then those that leave it to the last width to meet the target. */
  private static List<TuningMethod> candidates(
      TuningMethod pattern, double target, BertConfig config) {
    int[] widths = pattern.widths();
    if (widths.length == 0) {
      return List.of(pattern);
    }
    long counted = counted(pattern, config);
    if (counted == 0) {
      throw new IllegalArgumentException(pattern + " has no width above 0 to scale");
    }
    double factor = target / counted;
    List<TuningMethod> candidates = new ArrayList<>();
    candidates.add(pattern.withWidths(scaled(widths, factor, 0)));
    for (int shift = -1; shift <= 1; shift++) {
      candidates.addAll(filled(pattern, scaled(widths, factor, shift), target, config));
    }
    return candidates;
  }

  private static int[] scaled(int[] widths, double factor, int shift) {
    int[] scaled = new int[widths.length];
    for (int i = 0; i < scaled.length; i++) {
      int width = Math.toIntExact(Math.round(widths[i] * factor));
      scaled[i] = widths[i] == 0 ? 0 : Math.max(0, width + shift);
    }
    return scaled;
  }

  /** The two last widths between which the target lies, the others being given. */
  private static List<TuningMethod> filled(
      TuningMethod pattern, int[] widths, double target, BertConfig config) {
    int last = widths.length - 1;
    int[] changed = widths.clone();
    changed[last] = 0;
    long others = counted(pattern.withWidths(changed), config);
    changed[last] = 1;
    long step = counted(pattern.withWidths(changed), config) - others;
    int below = Math.max(0, (int) Math.floor((target - others) / step));
    List<TuningMethod> filled = new ArrayList<>();
    for (int width = below; width <= below + 1; width++) {
      int[] exact = changed.clone();
      exact[last] = width;
      filled.add(pattern.withWidths(exact));
    }
    return filled;
  }

  private static @Nullable TuningMethod nearest(
      List<TuningMethod> candidates, double target, BertConfig config) {
    return candidates.stream()
        .min(Comparator.comparingDouble(method -> distance(method, target, config)))
        .orElse(null);
  }

  private static double distance(TuningMethod method, double target, BertConfig config) {
    return Math.abs(counted(method, config) - target) / target;
  }

  private static long counted(TuningMethod method, BertConfig config) {
    ParameterCount count = Tuning.of(method).parameters(config);
    return method.widths().length == 0 ? count.total() : count.weights();
  }

  private static Fit fitted(TuningMethod method, BertConfig config) {
    double share = (double) counted(method, config) / BackboneTensors.parameters(config);
    return new Fit(method, Tuning.of(method).parameters(config), share);
  }
}
