package dev.freshet.pipeline.demo;

import dev.freshet.pipeline.app.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/** A terminal that can be read: its rows after all that was written, long lines wrapped. */
final class Screen {
  static final int WIDTH = 80;

  private static final Pattern ESCAPE = Pattern.compile("\u001b\\[(\\d*)([A-Za-z])");

  private final StringWriter written = new StringWriter();
  private final Terminal terminal;

  @Command
  private static final class Nothing {}

  /**
   * @param ansi whether somebody watches
   */
  Screen(boolean ansi) {
    CommandLine line = new CommandLine(new Nothing());
    line.setUsageHelpWidth(WIDTH);
    line.setOut(new PrintWriter(written, true));
    line.setErr(new PrintWriter(written, true));
    line.setColorScheme(
        new CommandLine.Help.ColorScheme.Builder(ansi ? Ansi.ON : Ansi.OFF).build());
    terminal = Terminal.of(line.getCommandSpec());
  }

  Terminal terminal() {
    return terminal;
  }

  /** Without colours; the last one is that of the cursor. */
  List<String> rows() {
    List<String> rows = new ArrayList<>(List.of(""));
    String text = written.toString();
    Matcher escape = ESCAPE.matcher(text);
    int at = 0;
    while (at < text.length()) {
      escape.region(at, text.length());
      if (!escape.lookingAt()) {
        print(rows, text.charAt(at++));
        continue;
      }
      at = escape.end();
      switch (escape.group(2)) {
        // Only ever together: up, and clear what is below.
        case "A" -> {
          int up = Integer.parseInt(escape.group(1));
          rows.subList(rows.size() - 1 - up, rows.size()).clear();
          rows.add("");
        }
        case "J", "m" -> {}
        default -> throw new AssertionError(escape.group());
      }
    }
    return rows;
  }

  private static void print(List<String> rows, char c) {
    int last = rows.size() - 1;
    if (c == '\n') {
      rows.add("");
    } else if (rows.get(last).length() == WIDTH) {
      rows.add(String.valueOf(c));
    } else {
      rows.set(last, rows.get(last) + c);
    }
  }
}
