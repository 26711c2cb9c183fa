package dev.freshet.pipeline.app;

import dev.freshet.pipeline.config.ConfigOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code freshet config}. */
@Command(
    name = "config",
    header = {"Print every setting with its value and meaning.", ""},
    description = {"", "The output is YAML to start a file from; secrets are hidden.", ""})
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Override
  public void run() {
    spec.commandLine().getOut().print(options.load().toYaml());
    spec.commandLine().getOut().flush();
  }
}
