package dev.freshet.training.lab;

import dev.freshet.training.report.Block;
import dev.freshet.training.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the reader must know before trusting a number. */
final class Caveats {
  private final Comparison comparison;
  private final List<String> items = new ArrayList<>();

  private Caveats(Comparison comparison) {
    this.comparison = comparison;
  }

  static Report.Section of(Comparison comparison) {
    Caveats caveats = new Caveats(comparison);
    for (Task task : comparison.tasks()) {
      if (comparison.full(task) == null) {
        caveats.items.add(
            task.label() + ": full fine-tuning was not run, which the others are held against.");
      }
      if (comparison.untuned(task) == null) {
        caveats.items.add(
            task.label()
                + ": the untuned backbone was not measured, so no share of the way to"
                + " full fine-tuning can be given.");
      }
    }
    caveats.contenders();
    return new Report.Section(
        "Caveats",
        List.of(
            caveats.items.isEmpty()
                ? new Block.Paragraph(
                    "Every contender was run with several seeds and as many as the others, and its"
                        + " selected learning rate lies inside its grid.")
                : new Block.Listing(caveats.items)));
  }

  private void contenders() {
    name(
        "One run at the selected rate only (n = 1), so nothing is known of its spread: %s.",
        standing -> standing.selected().finished().size() == 1);
    name(
        "No run at the selected rate finished: %s.",
        standing -> standing.selected().finished().isEmpty());
    name(
        "Some runs at the selected rate diverged, the means are over the others: %s.",
        standing ->
            standing.selected().diverged() > 0 && !standing.selected().finished().isEmpty());
    name("Only one learning rate was tried: %s.", standing -> standing.place() == GridPlace.ONLY);
    name(
        "The selected learning rate is the lowest or highest of its grid, so a better one may lie"
            + " beyond: %s.",
        standing -> standing.place() == GridPlace.LOWEST || standing.place() == GridPlace.HIGHEST);
    int most =
        comparison.standings().stream().mapToInt(s -> s.selected().runs().size()).max().orElse(0);
    name(
        "Run with fewer seeds at the selected rate than others: %s.",
        standing -> standing.selected().runs().size() < most);
  }

  private void name(String sentence, Predicate<Standing> chosen) {
    for (Task task : comparison.tasks()) {
      String names =
          comparison.of(task).stream()
              .filter(chosen)
              .map(standing -> standing.entrant().label())
              .collect(Collectors.joining(", "));
      if (!names.isEmpty()) {
        items.add(task.label() + ": " + sentence.formatted(names));
      }
    }
  }
}
