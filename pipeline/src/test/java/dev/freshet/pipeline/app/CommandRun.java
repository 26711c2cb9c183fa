package dev.freshet.pipeline.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** What a command left behind. */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(String... args) {
    return run(Freshet.commandLine(), args);
  }

  static CommandRun of(Object command, String... args) {
    return run(Freshet.commandLine(List.of(command)), args);
  }

  private static CommandRun run(CommandLine line, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    int exitCode = line.execute(args);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }
}
