package dev.freshet.pipeline.demo;

import dev.freshet.pipeline.app.Terminal;
import dev.freshet.pipeline.event.GenerationState;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Searcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a person sees of the demo: a few lines that change on a terminal, a line now and then
 * elsewhere. Used by one thread.
 */
final class DemoView {
  private static final Duration LINE_EVERY = Duration.ofSeconds(10);
  private static final int BAR = 20;
  private static final int MOST_OTHERS = 3;

  private final LiveLines lines;
  private final Searcher searcher;
  private final DemoCollection collection;
  private final DocumentStream documents;
  private final Users users;
  private final long start = System.nanoTime();
  private String phase = "";
  private long lastLine = System.nanoTime();
  private long lastSearches;
  private long lastLook = System.nanoTime();
  private double searchesPerSecond;

  DemoView(
      LiveLines lines,
      Searcher searcher,
      DemoCollection collection,
      DocumentStream documents,
      Users users) {
    this.lines = lines;
    this.searcher = searcher;
    this.collection = collection;
    this.documents = documents;
    this.users = users;
  }

  /** Tells what happens now. */
  void phase(String now) {
    phase = now;
    lastLine = 0;
    show();
  }

  /** What happens now. */
  String phase() {
    return phase;
  }

  /** Shows how things are, if it is time. */
  void show() {
    look();
    if (lines.terminal().interactive()) {
      lines.change(time() + "  " + phase, now());
    } else if (System.nanoTime() - lastLine > LINE_EVERY.toNanos()) {
      lastLine = System.nanoTime();
      lines.keep(List.of(oneLine()));
    }
  }

  /** A round is over: what it came to stays on the screen. */
  void settled(Standing standing) {
    List<String> result = new ArrayList<>();
    if (standing.round() == 0) {
      result.add(lines.terminal().bold(StandingTable.HEADING));
    }
    result.add(StandingTable.row(standing));
    standing.reasons().forEach(reason -> result.add("           " + Terminal.plain(reason)));
    lines.keep(result);
  }

  /** Takes the lines that change away. */
  void clear() {
    lines.clear();
  }

  private void look() {
    long now = System.nanoTime();
    double seconds = (now - lastLook) / 1e9;
    if (seconds >= 1) {
      searchesPerSecond = (users.searches() - lastSearches) / seconds;
      lastSearches = users.searches();
      lastLook = now;
    }
  }

  private List<String> now() {
    List<String> now = new ArrayList<>();
    now.add("  " + documentLine());
    now.add("  " + userLine());
    for (GenerationStatus generation : generations()) {
      now.add("  " + line(generation));
    }
    return now;
  }

  /** The served one, however many were rejected since, and the newest of the others. */
  private List<GenerationStatus> generations() {
    int served = searcher.servedGeneration();
    List<GenerationStatus> all = searcher.generations();
    return Stream.concat(
            all.stream().filter(each -> each.generation() == served),
            all.stream()
                .filter(each -> each.generation() != served)
                .filter(each -> each.state() != GenerationState.RETIRED)
                .limit(MOST_OTHERS))
        .sorted(Comparator.comparingInt(GenerationStatus::generation))
        .toList();
  }

  private String oneLine() {
    StringBuilder line = new StringBuilder(time()).append("  ").append(phase).append(": ");
    line.append(documentLine()).append("; ").append(userLine());
    for (GenerationStatus generation : generations()) {
      line.append("; generation ")
          .append(generation.generation())
          .append(' ')
          .append(generation.state());
      if (generation.state() == GenerationState.BUILDING) {
        line.append(String.format(Locale.ROOT, " %.0f %%", 100 * generation.progress()));
      }
    }
    return line.toString();
  }

  private String time() {
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
  }

  private String documentLine() {
    double fresh = documents.freshness().millis(0.5);
    String freshness =
        Double.isNaN(fresh)
            ? ""
            : String.format(
                Locale.ROOT,
                ", found after %.0f ms (p90 %.0f)",
                fresh,
                documents.freshness().millis(0.9));
    return String.format(
        Locale.ROOT, "%,d of %,d documents%s", documents.sent(), collection.documents(), freshness);
  }

  private String userLine() {
    double half = users.latencies().millis(0.5);
    String latency =
        Double.isNaN(half)
            ? ""
            : String.format(
                Locale.ROOT,
                " at %.0f/s, %.1f ms (p99 %.0f)",
                searchesPerSecond,
                half,
                users.latencies().millis(0.99));
    String failed =
        users.failures() == 0
            ? ""
            : ", %,d failed: %s".formatted(users.failures(), Terminal.plain(users.lastFailure()));
    return String.format(
        Locale.ROOT,
        "%,d searches%s, %,d clicks%s",
        users.searches(),
        latency,
        users.clicks(),
        failed);
  }

  private String line(GenerationStatus generation) {
    double progress = generation.state() == GenerationState.REJECTED ? 0 : generation.progress();
    int full = (int) Math.round(BAR * progress);
    boolean served = generation.generation() == searcher.servedGeneration();
    return String.format(
        Locale.ROOT,
        "%s generation %d  %-9s [%s%s] %3.0f %%  %,d documents",
        served ? "*" : " ",
        generation.generation(),
        generation.state(),
        "#".repeat(full),
        ".".repeat(BAR - full),
        100 * progress,
        generation.documents());
  }
}
