package dev.freshet.pipeline.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.http.HttpStartException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import org.apache.kafka.common.KafkaException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line: {@code freshet COMMAND}. */
@Command(
    name = "freshet",
    versionProvider = Freshet.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    headerHeading = "%n",
    header = {"@|bold Freshet|@ keeps a dense-retrieval index fresh.", ""},
    synopsisHeading = "Usage: ",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong usage or configuration"},
    footer = {
      "",
      "Every command explains itself: @|bold freshet help COMMAND|@.",
      "Settings come from a file, FRESHET_* variables and flags, in this order;",
      "@|bold freshet config|@ shows them all."
    })
public final class Freshet implements Runnable {
  /** Exit code: done. */
  public static final int DONE = 0;

  /** Exit code: failed. */
  public static final int FAILED = 1;

  /** Exit code: wrong usage or configuration. */
  public static final int WRONG_USAGE = 2;

  /** The parent of all our loggers. */
  static final String LOGGER = "dev.freshet";

  @Spec private CommandSpec spec = CommandSpec.create();

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log more, and show where an error came from.")
  private boolean verbose;

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Interruption.endsTheProcess();
    int code = commandLine().execute(args);
    Interruption.isLeftToTheCommand();
    System.exit(code);
  }

  /** The commands of this module, in the order of the help. */
  private static List<Object> commands() {
    return List.of(
        new UpCommand(),
        new LoadCommand(),
        new SearchCommand(),
        new GenerationsCommand(),
        new PublishCommand(),
        new ServeCommand(),
        new GatewayCommand(),
        new JobCommand(),
        new ConductCommand(),
        new StoreCommand(),
        new DoctorCommand(),
        new ConfigCommand(),
        new SeedModelCommand(),
        new CorpusCommand(),
        new PretrainCommand(),
        new EvaluateCommand(),
        new TrainCommand(),
        new CompareCommand(),
        new ClicksCommand());
  }

  /** Every command there is, ready to execute. */
  public static CommandLine commandLine() {
    List<Object> commands = new ArrayList<>(commands());
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      commands.addAll(provider.commands());
    }
    return commandLine(commands);
  }

  static CommandLine commandLine(List<Object> commands) {
    Freshet root = new Freshet();
    CommandLine line = new CommandLine(root);
    commands.forEach(line::addSubcommand);
    line.addSubcommand(new HelpCommand());
    line.setUsageHelpAutoWidth(true);
    line.setAbbreviatedOptionsAllowed(false);
    line.setParameterExceptionHandler(Freshet::wrongUsage);
    line.setExecutionExceptionHandler((e, failed, parsed) -> root.failed(e, failed));
    line.setExecutionStrategy(
        parsed -> {
          root.raiseLogLevel();
          return new CommandLine.RunLast().execute(parsed);
        });
    return line;
  }

  private void raiseLogLevel() {
    if (verbose && LoggerFactory.getLogger(LOGGER) instanceof Logger logger) {
      logger.setLevel(Level.DEBUG);
    }
  }

  /** Without a command there is nothing to do but to say which there are. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    String name = line.getCommandSpec().qualifiedName();
    line.getErr().println(name + ": " + e.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr())) {
      line.getErr().println("Try: " + name + " --help");
    }
    return WRONG_USAGE;
  }

  private int failed(Exception e, CommandLine line) {
    String message = Objects.requireNonNullElse(e.getMessage(), e.toString());
    if (e instanceof KafkaException && e.getCause() != null) {
      // By itself it says that a client could not be made, and not why.
      Throwable cause = e.getCause();
      message += ": " + Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    }
    line.getErr().println(line.getCommandSpec().qualifiedName() + ": " + message);
    if (verbose) {
      e.printStackTrace(line.getErr());
    }
    if (e instanceof InvalidConfigException || e instanceof HttpStartException) {
      return WRONG_USAGE;
    }
    return e instanceof CommandException command ? command.exitCode() : FAILED;
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Freshet.class.getPackage().getImplementationVersion();
      return new String[] {
        "freshet " + (version == null ? "(built from source)" : version),
        "Java "
            + Runtime.version()
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
      };
    }
  }
}
