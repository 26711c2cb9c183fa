package dev.freshet.pipeline.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code freshet help}. Not picocli's own, which cannot live beside a {@code --help} that every
 * command inherits.
 */
@Command(name = "help", description = "Show the help of a command.")
final class HelpCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The command; all of Freshet where none is named.")
  private List<String> names = new ArrayList<>();

  @Override
  public void run() {
    CommandLine command = Objects.requireNonNull(spec.parent()).commandLine();
    for (String name : names) {
      CommandLine next = command.getSubcommands().get(name);
      if (next == null) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no command '%s'; known are %s"
                .formatted(name, String.join(", ", command.getSubcommands().keySet())));
      }
      command = next;
    }
    command.usage(spec.commandLine().getOut(), spec.commandLine().getColorScheme());
  }
}
