package dev.freshet.training.lab;

import dev.freshet.training.report.Block;
import dev.freshet.training.report.Report;
import dev.freshet.training.report.Table;
import java.util.ArrayList;
import java.util.List;

/** Every trial, and what each contender trained. */
final class Appendix {
  private static final List<Table.Column> TRIAL =
      List.of(
          Table.Column.number("rate"),
          Table.Column.number("seed"),
          Table.Column.number("steps"),
          Table.Column.number("best step"),
          Table.Column.number("validation"),
          Table.Column.number("test"),
          Table.Column.number("CPU s"),
          Table.Column.number("wall s"),
          Table.Column.text("outcome"));

  private Appendix() {}

  static Report.Section of(Comparison comparison) {
    List<Block> blocks = new ArrayList<>();
    for (Task task : comparison.tasks()) {
      List<Standing> standings = comparison.of(task);
      blocks.add(
          new Block.Folded(
              task.label() + ": what was trained",
              List.of(
                  new Block.Tabular(
                      "Widths as the tuning was given them.",
                      new StandingTable()
                          .number("parameters", s -> Numbers.count(s.tuned().parameters()))
                          .text("tuning", s -> s.tuned().tuning().toString())
                          .of(standings)))));
      int runs = standings.stream().mapToInt(standing -> standing.runs().size()).sum();
      blocks.add(
          new Block.Folded(
              "%s: all %s trials".formatted(task.label(), Numbers.count(runs)),
              List.of(
                  new Block.Tabular(
                      "Validation and test by the first measure. Strong: the selected rate.",
                      trials(standings)))));
    }
    return new Report.Section("Appendix", blocks);
  }

  private static Table trials(List<Standing> standings) {
    List<List<Table.Cell>> rows = new ArrayList<>();
    for (Standing standing : standings) {
      rows.add(List.of(Table.Cell.of(standing.entrant().label())));
      for (RateGroup rate : standing.rates()) {
        rate.runs().forEach(run -> rows.add(row(run, rate.equals(standing.selected()))));
      }
    }
    return new Table(TRIAL, rows);
  }

  private static List<Table.Cell> row(TrialResult run, boolean isSelected) {
    Progress progress = run.progress();
    Scores test = run.test();
    String reason = run.outcome().reason();
    return List.of(
        new Table.Cell(Numbers.rate(run.trial().rate()), isSelected),
        Table.Cell.of(Long.toString(run.trial().seed())),
        Table.Cell.of(Numbers.count(run.effort().steps())),
        Table.Cell.of(Numbers.count(progress.bestStep())),
        Table.Cell.of(
            progress.validations().isEmpty()
                ? Numbers.NONE
                : Numbers.fixed(progress.bestValidation(), 3)),
        Table.Cell.of(test == null ? Numbers.NONE : Numbers.fixed(test.primary(), 3)),
        Table.Cell.of(Numbers.fixed(run.effort().cpuSeconds(), 1)),
        Table.Cell.of(Numbers.fixed(run.effort().wallSeconds(), 1)),
        Table.Cell.of(reason == null ? "finished" : "diverged: " + reason));
  }
}
