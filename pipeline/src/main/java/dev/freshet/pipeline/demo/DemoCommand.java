package dev.freshet.pipeline.demo;

import dev.freshet.model.checkpoint.Folders;
import dev.freshet.pipeline.app.CommandException;
import dev.freshet.pipeline.app.DataDirectory;
import dev.freshet.pipeline.app.EmbeddedSettings;
import dev.freshet.pipeline.app.EmbeddedStack;
import dev.freshet.pipeline.app.FreshetClient;
import dev.freshet.pipeline.app.Startup;
import dev.freshet.pipeline.app.Terminal;
import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.ServeConfig;
import dev.freshet.pipeline.config.TuneConfig;
import dev.freshet.pipeline.search.Searcher;
import dev.freshet.training.corpus.CollectionFolder;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.GeneratedCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet demo}. */
@Command(
    name = "demo",
    header = {"Show the whole loop: documents, searches, clicks, tuning, new generations.", ""},
    description = {
      "",
      "Starts everything in this process, streams a collection in, and lets simulated users search"
          + " and click. After so many searches the encoder is tuned by what they clicked, and the"
          + " new generation takes over. How good it is, is measured with queries that nobody asks."
          + " Goes on serving at the end, unless --exit is given. Keeps its data in .freshet-demo,"
          + " anew each time, where no --data-dir is given.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  freshet demo --exit",
      "  freshet demo --poison inverted --poison-from 3 --rounds 3",
      "  freshet demo --model my-model --documents d.jsonl --queries q.jsonl --qrels qrels.tsv"
    })
final class DemoCommand implements Callable<Integer> {
  /** Where nobody says otherwise. */
  private static final Path OWN_FOLDER = Path.of(".freshet-demo");

  /** Interactions: of a demo that runs for days, older ones leave. */
  private static final long MOST_KEPT = 1_000_000;

  private static final Duration ATTRIBUTION = Duration.ofSeconds(2);
  private static final Duration LATENESS = Duration.ofSeconds(1);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--documents",
      paramLabel = "FILE",
      description = "Your own documents, one JSON object a line (default: a generated collection).")
  private @Nullable Path documents;

  @Option(names = "--queries", paramLabel = "FILE", description = "Queries, likewise.")
  private @Nullable Path queries;

  @Option(
      names = "--qrels",
      paramLabel = "FILE",
      description = "Which documents answer which query: query, document, grade, tabs between.")
  private @Nullable Path judgements;

  @Option(names = "--rounds", description = "Rounds of tuning (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--searches",
      paramLabel = "N",
      description = "Searches that a round takes (default: ${DEFAULT-VALUE}).")
  private int searches = 40_000;

  @Option(
      names = "--held-out",
      paramLabel = "N",
      description = "Most queries to measure with (default: ${DEFAULT-VALUE}).")
  private int heldOut = 400;

  @Option(
      names = "--poison",
      paramLabel = "KIND",
      description =
          "How users click who mean harm: random, inverted, pushing. All of them, or half of them"
              + " for pushing.")
  private Behaviour poison = Behaviour.PEOPLE;

  @Option(
      names = "--poison-from",
      paramLabel = "ROUND",
      description = "First round in which they do (default: ${DEFAULT-VALUE}).")
  private int poisonFrom = 2;

  @Option(
      names = "--labels",
      description = "Tune on the true answers too, at the end, to tell how far clicks have come.")
  private boolean labels;

  @Option(names = "--seed", description = "Of the users (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(names = "--exit", description = "End after the last round; with 1 where a search failed.")
  private boolean exit;

  @Override
  public Integer call() throws Exception {
    atLeastOne("--rounds", rounds);
    atLeastOne("--searches", searches);
    atLeastOne("--held-out", heldOut);
    CorpusCollection all = read();
    DemoCollection collection = divide(all);
    Terminal terminal = Terminal.of(spec);
    FreshetConfig config = adapt(options.loadWithDefaultDataDir(OWN_FOLDER));
    // Before the last demo is thrown away.
    EmbeddedSettings.check(config);
    prepare(config.dataDir());
    Startup startup =
        Startup.begin(config, terminal.out(), "Kafka, Flink, all jobs, the serve node");
    LiveLines lines = new LiveLines(terminal);
    EmbeddedStack stack =
        EmbeddedStack.start(
            startup.config(),
            startup.data(),
            startup.resources(),
            report -> lines.keep(List.of(Terminal.plain(report))));
    terminal.out().println("Freshet is ready: " + stack.node().uri());
    terminal.out().flush();
    Searcher searcher = stack.node().searcher();
    DemoClient client =
        new DemoClient(new FreshetClient(stack.node().uri(), config.serve().apiKey()));
    DocumentStream stream =
        startup.resources().add(new DocumentStream(client, searcher, collection));
    Users users = startup.resources().add(new Users(client, collection, searches, seed));
    DemoView view = new DemoView(lines, searcher, collection, stream, users);
    Demo demo =
        new Demo(
            searcher,
            collection,
            stream,
            users,
            new Demo.Plan(rounds, searches, poison, poisonFrom),
            view);
    List<Standing> standings = demo.run();
    view.clear();
    DemoSummary summary =
        new DemoSummary(
            standings, labels ? LabelTuned.measure(config, all, collection, rounds) : null);
    summary.print(terminal);
    terminal.out().println("chart: " + summary.write(startup.data().root()));
    tellFailures(terminal, users.failures(), users.searches(), users.lastFailure(), exit);
    if (exit) {
      startup.resources().close();
      return 0;
    }
    terminal.out().println("Goes on serving at " + stack.node().uri() + " until Ctrl-C");
    terminal.out().flush();
    throw new CommandException(startup.foreground().await(stack.death()));
  }

  /**
   * Tells what failed, where anything did.
   *
   * @throws CommandException with it where the demo ends here; one that goes on serving does so all
   *     the same
   */
  static void tellFailures(
      Terminal terminal, long failures, long searches, String last, boolean ends) {
    if (failures == 0) {
      return;
    }
    String told =
        "%,d of %,d searches failed, the last one: %s".formatted(failures, searches, last);
    if (ends) {
      throw new CommandException(told);
    }
    terminal.err().println(Terminal.plain(told));
    terminal.err().flush();
  }

  private void atLeastOne(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " must be at least 1, was " + value);
    }
  }

  private CorpusCollection read() {
    Path documentFile = documents;
    Path queryFile = queries;
    Path judgementFile = judgements;
    if (documentFile == null && queryFile == null && judgementFile == null) {
      return GeneratedCorpus.generate(GeneratedCorpus.DEFAULT_SEED);
    }
    if (documentFile == null || queryFile == null || judgementFile == null) {
      throw new ParameterException(
          spec.commandLine(), "--documents, --queries and --qrels belong together: give all three");
    }
    for (Path file : List.of(documentFile, queryFile, judgementFile)) {
      if (!Files.isRegularFile(file)) {
        throw new ParameterException(spec.commandLine(), file + " is not a file");
      }
    }
    return CollectionFolder.read(documentFile, queryFile, judgementFile);
  }

  private DemoCollection divide(CorpusCollection all) {
    try {
      return DemoCollection.of(all, heldOut);
    } catch (IllegalArgumentException e) {
      throw CommandException.wrongUsage(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Users click at once, a round begins when they have searched enough, and most pages show
   * something from further down, so that a few rounds are enough to see something new. All that was
   * clicked is kept.
   */
  private FreshetConfig adapt(FreshetConfig config) {
    TuneConfig tune = config.tune();
    ServeConfig serve = config.serve();
    return config
        .withServe(serve.withDiscover(1 - serve.explore()))
        .withTune(
            new TuneConfig(
                tune.start() == TuneConfig.Start.NEVER ? TuneConfig.Start.SERVED : tune.start(),
                searches,
                Duration.ofDays(1),
                searches,
                ATTRIBUTION,
                LATENESS,
                Math.max(tune.perClient(), searches),
                Math.max(tune.replay(), (int) Math.min((long) rounds * searches, MOST_KEPT)),
                tune.checkpointInterval()));
  }

  /**
   * Makes sure that no documents are in the way of the collection's. The demo's own folder is made
   * anew; another one must be empty.
   */
  private static void prepare(Path folder) throws IOException {
    if (folder.equals(OWN_FOLDER)) {
      DataDirectory.lock(folder).close(); // of a demo that runs, nothing is deleted
      Folders.delete(folder);
      return;
    }
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      if (entries.findAny().isPresent()) {
        throw CommandException.wrongUsage(
            "%s is in use: the demo wants a data directory of its own (--data-dir)"
                .formatted(folder));
      }
    }
  }
}
