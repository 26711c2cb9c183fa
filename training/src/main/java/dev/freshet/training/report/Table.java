package dev.freshet.training.report;

import java.util.List;

/**
 * Rows of cells under headings.
 *
 * @param columns from left to right, at least one
 * @param rows from top to bottom, each with a cell for each column, or one that stands for all
 */
public record Table(List<Column> columns, List<List<Cell>> rows) {

  /**
   * What the cells below have in common.
   *
   * @param heading above them
   * @param isNumeric whether they are numbers, so that digits stand below digits
   */
  public record Column(String heading, boolean isNumeric) {
    public static Column text(String heading) {
      return new Column(heading, false);
    }

    public static Column number(String heading) {
      return new Column(heading, true);
    }
  }

  /**
   * A field of the table.
   *
   * @param text plain
   * @param isStrong whether to look here first
   */
  public record Cell(String text, boolean isStrong) {
    public static Cell of(String text) {
      return new Cell(text, false);
    }

    public static Cell strong(String text) {
      return new Cell(text, true);
    }
  }

  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<Cell> row : rows) {
      if (row.size() != columns.size() && row.size() != 1) {
        throw new IllegalArgumentException(
            "a row needs %d cells, or 1 for all of them, was %s".formatted(columns.size(), row));
      }
    }
  }
}
