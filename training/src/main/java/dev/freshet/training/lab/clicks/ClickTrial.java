package dev.freshet.training.lab.clicks;

import dev.freshet.training.click.Estimator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of the experiment.
 *
 * @param lesson what teaches; null for the judgements themselves, which the others are held against
 * @param seed of users and training
 */
public record ClickTrial(@Nullable Lesson lesson, long seed) {

  /** What a model is taught by: who fills pages, who clicks, and what is made of the clicks. */
  public record Lesson(PageSource pages, Users users, Estimator estimator) {
    /** Whether the two differ in the estimator at most. */
    boolean hasSameClicks(@Nullable Lesson other) {
      return other != null && other.pages == pages && other.users == users;
    }
  }

  /**
   * Every lesson with every seed, after the judgements with each. What is asked for twice is there
   * once.
   */
  public static List<ClickTrial> all(
      List<PageSource> pages, List<Users> users, List<Estimator> estimators, List<Long> seeds) {
    List<ClickTrial> trials = new ArrayList<>();
    seeds.forEach(seed -> trials.add(new ClickTrial(null, seed)));
    for (PageSource source : pages) {
      for (Users kind : users) {
        for (Estimator estimator : estimators) {
          Lesson lesson = new Lesson(source, kind, estimator);
          seeds.forEach(seed -> trials.add(new ClickTrial(lesson, seed)));
        }
      }
    }
    return trials.stream().distinct().toList();
  }

  /** A name that no other trial has, such as {@code bm25_cascade_posterior_s1}. */
  public String name() {
    return lesson == null
        ? "labels_s" + seed
        : "%s_%s_%s_s%d".formatted(lesson.pages, lesson.users, lesson.estimator, seed);
  }
}
