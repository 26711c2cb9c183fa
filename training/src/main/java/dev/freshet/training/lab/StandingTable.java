package dev.freshet.training.lab;

import dev.freshet.training.report.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A table with a row for each contender, those of a budget together, the best of each budget
 * strong. Not thread-safe.
 */
final class StandingTable {
  private final List<Column> columns = new ArrayList<>();

  /** What a column is for in its contender's row. */
  private record Column(
      Table.Column head,
      Function<Standing, String> text,
      Function<Standing, @Nullable Double> merit) {}

  StandingTable() {
    columns.add(new Column(Table.Column.text("contender"), s -> s.entrant().name(), s -> null));
  }

  StandingTable text(String heading, Function<Standing, String> text) {
    columns.add(new Column(Table.Column.text(heading), text, standing -> null));
    return this;
  }

  StandingTable number(String heading, Function<Standing, String> text) {
    return ranked(heading, text, standing -> null);
  }

  /**
   * A column whose best is strong.
   *
   * @param merit the higher the better; null for what cannot be best
   */
  StandingTable ranked(
      String heading, Function<Standing, String> text, Function<Standing, @Nullable Double> merit) {
    columns.add(new Column(Table.Column.number(heading), text, merit));
    return this;
  }

  /** The table of these contenders, which are sorted. */
  Table of(List<Standing> standings) {
    return of(List.of(), standings);
  }

  /**
   * @param above rows that are no contenders, each as wide as the table
   */
  Table of(List<List<Table.Cell>> above, List<Standing> standings) {
    List<List<Table.Cell>> rows = new ArrayList<>(above);
    for (BudgetGroup group : BudgetGroup.of(standings)) {
      rows.add(List.of(Table.Cell.of(group.heading())));
      for (Standing standing : group.standings()) {
        rows.add(columns.stream().map(column -> cell(column, standing, group)).toList());
      }
    }
    return new Table(columns.stream().map(Column::head).toList(), rows);
  }

  private static Table.Cell cell(Column column, Standing standing, BudgetGroup group) {
    String text = column.text.apply(standing);
    boolean isBest =
        group.standings().size() > 1
            && group.standings().stream()
                .filter(other -> column.merit.apply(other) != null)
                .max(Comparator.comparingDouble(other -> merit(column, other)))
                // What reads the same as the best is as good.
                .filter(best -> column.text.apply(best).equals(text))
                .isPresent();
    return new Table.Cell(text, isBest);
  }

  private static double merit(Column column, Standing standing) {
    Double merit = column.merit.apply(standing);
    return merit == null ? Double.NEGATIVE_INFINITY : merit;
  }
}
