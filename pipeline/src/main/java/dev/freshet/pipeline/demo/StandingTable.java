package dev.freshet.pipeline.demo;

import java.util.Locale;

/** Standings as lines of a table. */
final class StandingTable {
  static final String HEADING =
      "nDCG@10 on held-out queries     dense  everyday    hybrid      BM25   searches";

  private StandingTable() {}

  static String row(Standing standing) {
    Quality quality = standing.quality();
    return String.format(
        Locale.ROOT,
        "%-27s %s %s %s %s %,10d",
        name(standing),
        cell(quality.dense()),
        cell(quality.everyday()),
        cell(quality.hybrid()),
        cell(quality.lexical()),
        standing.searches());
  }

  /** What the row is about. */
  static String name(Standing standing) {
    String what =
        standing.round() == 0
            ? "untuned"
            : "round " + standing.round() + (standing.served() ? "" : ", rejected");
    return "generation %d (%s)".formatted(standing.generation(), what);
  }

  private static String cell(double value) {
    return Double.isNaN(value) ? "        -" : String.format(Locale.ROOT, "%9.3f", value);
  }
}
