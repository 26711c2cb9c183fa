package dev.freshet.pipeline.demo;

import dev.freshet.pipeline.app.Terminal;
import java.io.PrintWriter;
import java.util.List;

/**
 * Lines that stay and, on a terminal, below them a few that change. Thread-safe: what any thread
 * tells stays above those that change, whoever draws them.
 */
final class LiveLines {
  private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";

  private final Terminal terminal;
  private String heading = "";
  private List<String> changing = List.of();

  /** How many lines of the terminal are taken away before others are drawn. */
  private int drawn;

  LiveLines(Terminal terminal) {
    this.terminal = terminal;
  }

  Terminal terminal() {
    return terminal;
  }

  /** Prints lines that stay. */
  synchronized void keep(List<String> lines) {
    boolean live = drawn > 0;
    erase();
    lines.forEach(terminal.out()::println);
    if (live) {
      draw();
    }
    terminal.out().flush();
  }

  /**
   * Draws the lines that change, in place of those before. What is longer than the terminal is wide
   * is cut: a line that wraps is two to take away.
   */
  synchronized void change(String newHeading, List<String> lines) {
    heading = newHeading;
    changing = List.copyOf(lines);
    erase();
    draw();
    terminal.out().flush();
  }

  /** Takes the lines that change away. */
  synchronized void clear() {
    erase();
    terminal.out().flush();
  }

  private void draw() {
    PrintWriter out = terminal.out();
    out.println();
    out.println(terminal.bold(terminal.cut(heading)));
    changing.forEach(line -> out.println(terminal.cut(line)));
    drawn = 2 + changing.size();
  }

  private void erase() {
    if (drawn > 0) {
      terminal.out().print(UP_AND_CLEAR.formatted(drawn));
      drawn = 0;
    }
  }
}
