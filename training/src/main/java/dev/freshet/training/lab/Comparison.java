package dev.freshet.training.lab;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the trials of a grid say, however much of the grid is done. Immutable and thread-safe.
 *
 * <p>Each contender is taken at the learning rate that was selected for it, see {@link Standing}.
 * It is held against full fine-tuning, and against the best other contender of its budget without
 * aside modules, which is the best one by its validation.
 */
public final class Comparison {
  /** The share of full fine-tuning's best validation at which learning is as good as done. */
  static final double GOAL = 0.95;

  private final Setting setting;
  private final List<Standing> standings;
  private final Map<Task, Map<Entrant, Significance>> againstFull = new EnumMap<>(Task.class);
  private final Map<Task, Map<Entrant, Significance>> againstOther = new EnumMap<>(Task.class);

  private Comparison(Setting setting, List<Standing> standings) {
    this.setting = setting;
    this.standings = standings;
    for (Task task : tasks()) {
      againstFull.put(task, Significance.among(of(task), this::fullUnlessItself));
      againstOther.put(task, Significance.among(of(task), this::bestOther));
    }
  }

  /** Sorts, selects and tests; seconds for hundreds of queries and dozens of contenders. */
  public static Comparison of(Setting setting, List<TrialResult> results) {
    TreeMap<Entrant, List<TrialResult>> groups =
        results.stream()
            .collect(
                Collectors.groupingBy(
                    result -> Entrant.of(result.trial()),
                    () -> new TreeMap<>(Entrant.ORDER),
                    Collectors.toList()));
    return new Comparison(
        setting,
        groups.entrySet().stream()
            .map(group -> Standing.of(group.getKey(), group.getValue()))
            .toList());
  }

  Setting setting() {
    return setting;
  }

  /** All contenders, in {@link Entrant#ORDER}. */
  List<Standing> standings() {
    return standings;
  }

  /** Tasks that there are trials of. */
  List<Task> tasks() {
    return standings.stream().map(standing -> standing.entrant().task()).distinct().toList();
  }

  List<Standing> of(Task task) {
    return standings.stream().filter(standing -> standing.entrant().task() == task).toList();
  }

  /** Full fine-tuning; null when there is no trial of it. */
  @Nullable Standing full(Task task) {
    return of(task).stream()
        .filter(standing -> standing.entrant().isFull())
        .findFirst()
        .orElse(null);
  }

  private @Nullable Standing fullUnlessItself(Standing standing) {
    return standing.entrant().isFull() ? null : full(standing.entrant().task());
  }

  private @Nullable Standing bestOther(Standing standing) {
    Entrant entrant = standing.entrant();
    if (entrant.isFull()) {
      return null; // nothing else has its size
    }
    return of(entrant.task()).stream()
        .filter(other -> Objects.equals(other.entrant().budget(), entrant.budget()))
        .filter(other -> !other.isInsideAndAside() && !other.entrant().isFull())
        .filter(other -> !other.entrant().equals(entrant) && other.primary() != null)
        .max(Comparator.comparingDouble(other -> other.selected().value()))
        .orElse(null);
  }

  /** Against full fine-tuning; null when that cannot be said. */
  @Nullable Significance againstFull(Standing standing) {
    return found(againstFull, standing);
  }

  /** Against the best other without aside modules; null when that cannot be said. */
  @Nullable Significance againstOther(Standing standing) {
    return found(againstOther, standing);
  }

  private static @Nullable Significance found(
      Map<Task, Map<Entrant, Significance>> all, Standing standing) {
    Entrant entrant = standing.entrant();
    return all.getOrDefault(entrant.task(), Map.of()).get(entrant);
  }

  /** The measure that the task's systems are compared by; as validations have it, too. */
  String primaryMetric(Task task) {
    return of(task).stream()
        .flatMap(standing -> standing.test().keySet().stream())
        .findFirst()
        .orElse("quality");
  }

  List<Setting.Baseline> baselines(Task task) {
    return setting.baselines().stream().filter(baseline -> baseline.task() == task).toList();
  }

  /** The backbone as it is; null when it was not measured. */
  Setting.@Nullable Baseline untuned(Task task) {
    return baselines(task).stream()
        .filter(baseline -> baseline.name().equals(Setting.Baseline.UNTUNED))
        .findFirst()
        .orElse(null);
  }

  /**
   * How far the contender comes on the way from the untuned backbone, 0, to full fine-tuning, 1, by
   * the primary measure on the test queries; null where full fine-tuning gains nothing or an end of
   * the way is not known.
   */
  @Nullable Double shareOfTheWay(Standing standing) {
    Setting.Baseline untuned = untuned(standing.entrant().task());
    Standing full = full(standing.entrant().task());
    Spread end = full == null ? null : full.primary();
    Spread here = standing.primary();
    if (untuned == null || end == null || here == null) {
      return null;
    }
    double start = untuned.test().primary();
    return end.mean() > start ? (here.mean() - start) / (end.mean() - start) : null;
  }

  /** Learning until {@value #GOAL} of full fine-tuning's best; null when that is not known. */
  @Nullable Milestone milestone(Standing standing) {
    Standing full = full(standing.entrant().task());
    Spread best = full == null ? null : full.selected().validation();
    return best == null ? null : Milestone.of(GOAL * best.mean(), standing.selected().runs());
  }
}
