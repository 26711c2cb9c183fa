package dev.freshet.training.lab;

import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.tuning.BitFit;
import dev.freshet.model.tuning.Budget;
import dev.freshet.model.tuning.FullFineTuning;
import dev.freshet.model.tuning.PublishedMethods;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.model.tuning.TuningMethod;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A method in the proportions in which it is compared, and the rank of the change of the word
 * embeddings that goes along: {@code iaa-l}, {@code iaa-l+words8}.
 *
 * @param label as it was written
 * @param pattern the method; its widths are scaled to budgets
 * @param wordRank 0 for none
 */
public record Contender(String label, TuningMethod pattern, int wordRank) {
  private static final Pattern FORM = Pattern.compile("([a-z-]+)(?:\\+words([0-9]{1,3}))?");

  /** Methods whose size is fixed. */
  private static final Map<String, TuningMethod> FIXED =
      Map.of(Trial.FULL, new FullFineTuning(), "bitfit", new BitFit());

  /**
   * Reads a label.
   *
   * @throws IllegalArgumentException when it names no method
   */
  public static Contender parse(String label) {
    Map<String, TuningMethod> known = methods();
    Matcher matcher = FORM.matcher(label);
    TuningMethod method = matcher.matches() ? known.get(matcher.group(1)) : null;
    if (method == null) {
      throw new IllegalArgumentException(
          "'%s' is no method: known are %s, each with +wordsN for a change of the word embeddings of rank N"
              .formatted(label, List.copyOf(known.keySet())));
    }
    String rank = matcher.group(2);
    return new Contender(label, method, rank == null ? 0 : Integer.parseInt(rank));
  }

  private static Map<String, TuningMethod> methods() {
    Map<String, TuningMethod> all = new TreeMap<>(PublishedMethods.byName());
    all.putAll(FIXED);
    return all;
  }

  /** Names of all methods. */
  public static List<String> names() {
    return List.copyOf(methods().keySet());
  }

  /** Names of those that have modules, and leave the backbone as it is. */
  public static List<String> ofModules() {
    return names().stream().filter(name -> !FIXED.containsKey(name)).toList();
  }

  /**
   * The deviation that modules start with where nobody says otherwise: what keeps the variance of a
   * state through a layer of that many inputs. On narrow backbones the usual 0.02 learns slower.
   */
  public static double deviation(BertConfig config) {
    return 1 / Math.sqrt(config.hidden());
  }

  /** Whether budgets do not apply to it. */
  public boolean hasFixedSize() {
    return pattern.widths().length == 0;
  }

  /**
   * The tuning for a backbone.
   *
   * @param budget share of the backbone's parameters; null for a contender of a fixed size
   * @throws IllegalArgumentException when no widths meet the budget
   */
  public Tuning tuning(@Nullable Double budget, BertConfig config, double deviation) {
    TuningMethod sized =
        budget == null ? pattern : new Budget(budget).fit(pattern, config, wordRank).method();
    return Tuning.of(sized).withWordRank(wordRank).withDeviation(deviation);
  }
}
