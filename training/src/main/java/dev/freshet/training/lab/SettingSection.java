package dev.freshet.training.lab;

import dev.freshet.training.report.Block;
import dev.freshet.training.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What was compared, on what, and how. */
public final class SettingSection {
  private SettingSection() {}

  static Report.Section of(Comparison comparison) {
    return of(
        comparison.setting(),
        comparison.tasks().stream().map(task -> trials(comparison, task)).toList());
  }

  /**
   * @param runs what was run, a line each
   */
  public static Report.Section of(Setting setting, List<String> runs) {
    Setting.Collection collection = setting.collection();
    Setting.Backbone backbone = setting.backbone();
    List<String> items = new ArrayList<>();
    items.add(
        "Collection: %s, %s documents; queries: %s to train, %s to validate, %s to test; SHA-256 %s"
            .formatted(
                collection.name(),
                Numbers.count(collection.documents()),
                Numbers.count(collection.trainQueries()),
                Numbers.count(collection.validationQueries()),
                Numbers.count(collection.testQueries()),
                collection.sha256()));
    items.add(
        "Backbone: %s, %d layers of %d, %s parameters, %s pooling, SHA-256 %s, on %s"
            .formatted(
                backbone.name(),
                backbone.layers(),
                backbone.hidden(),
                Numbers.count(backbone.parameters()),
                backbone.pooling(),
                backbone.sha256(),
                backbone.device()));
    items.addAll(runs);
    setting.plan().forEach((item, value) -> items.add(item + ": " + value));
    return new Report.Section("Setting", List.of(new Block.Listing(items)));
  }

  private static String trials(Comparison comparison, Task task) {
    List<Standing> standings = comparison.of(task);
    List<TrialResult> runs =
        standings.stream().flatMap(standing -> standing.runs().stream()).toList();
    String rates =
        runs.stream()
            .map(run -> run.trial().rate())
            .distinct()
            .sorted()
            .map(Numbers::rate)
            .collect(Collectors.joining(", "));
    long seeds = runs.stream().map(run -> run.trial().seed()).distinct().count();
    return "%s: %s trials of %d contenders; learning rates %s; up to %d %s"
        .formatted(
            task.label(),
            Numbers.count(runs.size()),
            standings.size(),
            rates,
            seeds,
            seeds == 1 ? "seed" : "seeds");
  }
}
