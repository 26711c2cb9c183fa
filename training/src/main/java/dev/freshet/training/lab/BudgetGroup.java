package dev.freshet.training.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Contenders that were sized for the same share of the backbone.
 *
 * @param share as in {@link Trial#budget}; null for methods of a fixed size
 * @param standings of one task, at least one, sorted
 */
record BudgetGroup(@Nullable Double share, List<Standing> standings) {

  /** The groups of one task's contenders, in their order: those of a fixed size first. */
  static List<BudgetGroup> of(List<Standing> standings) {
    List<BudgetGroup> groups = new ArrayList<>();
    for (Standing standing : standings) {
      Double share = standing.entrant().budget();
      if (groups.isEmpty() || !Objects.equals(groups.get(groups.size() - 1).share, share)) {
        groups.add(
            new BudgetGroup(
                share,
                standings.stream()
                    .filter(other -> Objects.equals(other.entrant().budget(), share))
                    .toList()));
      }
    }
    return groups;
  }

  /**
   * Groups to draw, in each of which those of a fixed size are drawn, too; these alone where there
   * are no others.
   */
  static List<BudgetGroup> drawn(List<Standing> standings) {
    List<BudgetGroup> groups = of(standings);
    if (groups.size() < 2 || groups.get(0).share != null) {
      return groups;
    }
    List<Standing> fixed = groups.get(0).standings;
    return groups.stream()
        .skip(1)
        .map(
            group ->
                new BudgetGroup(
                    group.share, Stream.concat(fixed.stream(), group.standings.stream()).toList()))
        .toList();
  }

  /** For people, above the group. */
  String heading() {
    return share == null ? "Fixed size" : "Budget " + Numbers.percent(share);
  }

  /** For people, in a sentence. */
  String at() {
    return share == null ? "With a fixed size" : "At " + Numbers.percent(share);
  }

  /** For file names. */
  String slug() {
    return share == null ? "fixed" : "b" + Numbers.shortest(share);
  }
}
