package dev.freshet.training.lab;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One run of training: what tells it from the other runs of the same {@link Setting}.
 *
 * @param task what is tuned for
 * @param contender the method, and what is tuned with it, as reports name it: {@code iaa-l}, {@code
 *     iaa-l+words8}; {@value #FULL} is what the others are compared with
 * @param budget share of the backbone's parameters that the method was sized for, above 0; null for
 *     a method that has no size to choose
 * @param rate highest learning rate, above 0
 * @param seed of everything random
 */
public record Trial(Task task, String contender, @Nullable Double budget, double rate, long seed) {
  public static final String FULL = "full";

  public Trial {
    Checks.notBlank("contender", contender);
    if (budget != null) {
      Checks.positive("budget", budget);
    }
    Checks.positive("rate", rate);
  }

  /**
   * A name that no other trial has and every file system takes, such as {@code
   * retrieval_iaa-l_b0.0673_lr3e-4_s1}.
   */
  public String name() {
    return "%s_%s_%s_lr%s_s%d"
        .formatted(
            task.name().toLowerCase(Locale.ROOT),
            FileNames.safe(contender),
            budget == null ? "fixed" : "b" + Numbers.shortest(budget),
            Numbers.rate(rate),
            seed);
  }
}
