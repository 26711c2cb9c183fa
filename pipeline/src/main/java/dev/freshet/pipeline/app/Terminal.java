package dev.freshet.pipeline.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a command writes for people: colours only on a terminal, no control characters that came
 * from elsewhere.
 */
public final class Terminal {
  private final PrintWriter out;
  private final PrintWriter err;
  private final int width;
  private final boolean ansi;

  Terminal(PrintWriter out, PrintWriter err, int width, boolean ansi) {
    this.out = out;
    this.err = err;
    this.width = width;
    this.ansi = ansi;
  }

  /** The terminal of a command. */
  public static Terminal of(CommandSpec spec) {
    CommandLine line = spec.commandLine();
    return new Terminal(
        line.getOut(),
        line.getErr(),
        line.getUsageHelpWidth(),
        line.getColorScheme().ansi().enabled());
  }

  /** For answers. */
  public PrintWriter out() {
    return out;
  }

  /** For progress and notices. */
  public PrintWriter err() {
    return err;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** Whether somebody watches who can be shown colours and a moving bar. */
  public boolean interactive() {
    return ansi;
  }

  public String bold(String text) {
    return style("1", text);
  }

  public String faint(String text) {
    return style("2", text);
  }

  private String style(String code, String text) {
    return ansi ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** The line, ending in … where it is longer than the terminal is wide. */
  public String cut(String line) {
    return line.codePointCount(0, line.length()) <= width
        ? line
        : line.substring(0, line.offsetByCodePoints(0, width - 1)) + "…";
  }

  /** The text in one line that cannot steer the terminal. */
  public static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .forEach(plain::appendCodePoint);
    return plain.toString().strip().replaceAll(" {2,}", " ");
  }

  /** So much time for people: the two largest units that are not zero. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? "%d min %d s".formatted(whole / 60, whole % 60)
        : "%,d h %d min".formatted(whole / 3600, whole % 3600 / 60);
  }

  /** The text in lines of words, the last one ending in … when there is more. */
  static List<String> wrap(String text, int columns, int maxLines) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : plain(text).split(" ", -1)) {
      String shown = word.length() > columns ? word.substring(0, columns - 1) + "…" : word;
      if (line.length() + shown.length() + 1 > columns && line.length() > 0) {
        lines.add(line.toString());
        line.setLength(0);
      }
      if (lines.size() == maxLines) {
        lines.set(maxLines - 1, lines.get(maxLines - 1) + " …");
        return lines;
      }
      line.append(line.length() == 0 ? "" : " ").append(shown);
    }
    if (line.length() > 0) {
      lines.add(line.toString());
    }
    return lines;
  }
}
