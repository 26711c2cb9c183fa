package dev.freshet.training.lab;

import dev.freshet.training.report.Block;
import dev.freshet.training.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What the numbers say, in sentences that say no more than they do. */
final class Findings {
  private Findings() {}

  static Report.Section of(Comparison comparison) {
    List<Block> blocks = new ArrayList<>();
    for (Task task : comparison.tasks()) {
      List<String> sentences = new ArrayList<>(QualityFindings.of(comparison, task));
      sentences.add(EfficiencyFindings.of(comparison, task));
      sentences.add(divergences(comparison.of(task)));
      sentences.addAll(ProbeFindings.of(comparison.of(task)));
      blocks.add(new Block.Heading(task.label()));
      blocks.add(new Block.Listing(sentences));
    }
    if (blocks.isEmpty()) {
      blocks.add(new Block.Paragraph("There is no result yet."));
    }
    return new Report.Section("Findings", blocks);
  }

  private static String divergences(List<Standing> standings) {
    int runs = standings.stream().mapToInt(standing -> standing.runs().size()).sum();
    int diverged = standings.stream().mapToInt(Standing::divergences).sum();
    if (diverged == 0) {
      return "None of %s runs diverged.".formatted(Numbers.count(runs));
    }
    return "Of %s runs %s diverged: %s."
        .formatted(
            Numbers.count(runs),
            Numbers.count(diverged),
            standings.stream()
                .filter(standing -> standing.divergences() > 0)
                .map(s -> s.entrant().label() + " " + s.divergences())
                .collect(Collectors.joining(", ")));
  }
}
