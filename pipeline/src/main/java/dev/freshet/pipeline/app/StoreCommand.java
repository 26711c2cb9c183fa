package dev.freshet.pipeline.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet store}. */
@Command(
    name = "store",
    header = {"Look after the store of a node that is down.", ""},
    subcommands = {StoreVerifyCommand.class, StoreRebuildCommand.class})
final class StoreCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: freshet store verify, freshet store rebuild");
  }
}
