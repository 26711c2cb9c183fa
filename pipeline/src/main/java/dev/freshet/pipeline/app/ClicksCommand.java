package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.FolderLock;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.pipeline.config.SettingOptions;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusPart;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.lab.BaselineStore;
import dev.freshet.training.lab.FirstStage;
import dev.freshet.training.lab.LabCollection;
import dev.freshet.training.lab.ResultStore;
import dev.freshet.training.lab.RetrievalBench;
import dev.freshet.training.lab.Setting;
import dev.freshet.training.lab.Task;
import dev.freshet.training.lab.clicks.ClickReport;
import dev.freshet.training.lab.clicks.ClickSettings;
import dev.freshet.training.lab.clicks.ClickStudy;
import dev.freshet.training.lab.clicks.ClickTrial;
import dev.freshet.training.lab.clicks.ClickTrialResult;
import dev.freshet.training.lab.clicks.ClickTrialRunner;
import dev.freshet.training.lab.clicks.PageSource;
import dev.freshet.training.lab.clicks.Users;
import dev.freshet.training.round.Backbone;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet clicks}. */
@Command(
    name = "clicks",
    header = {"Measure how far simulated clicks tune a model, on a judged collection.", ""},
    description = {
      "",
      "Users who know the judgements see pages for the training queries and click. The clicks alone"
          + " become examples, by several estimators of what is relevant; a model is tuned with them,"
          + " and held against one that is tuned on the judgements of the same queries. What is done"
          + " is not run again.",
      "",
      "Writes results.json, report.md and report.html, anew as runs end.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  freshet clicks nl2bash --model my-model --out clicks",
      "  freshet clicks --generated --out clicks --pages dense --users noisy --rounds 3"
    })
final class ClicksCommand implements Runnable {
  private static final ClickSettings DEFAULTS = ClickSettings.defaults();

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingOptions settings = new SettingOptions();
  @Mixin private CollectionOptions collections = new CollectionOptions();
  @Mixin private LabOptions lab = new LabOptions();
  @Mixin private MethodOptions method = new MethodOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the results.")
  private Path out = Path.of(".");

  @Option(
      names = "--pages",
      split = ",",
      paramLabel = "SOURCE",
      description = "Who fills them: ${COMPLETION-CANDIDATES} (default: all).")
  private List<PageSource> pages = List.of(PageSource.values());

  @Option(
      names = "--users",
      split = ",",
      paramLabel = "KIND",
      description = "Who clicks: ${COMPLETION-CANDIDATES} (default: all).")
  private List<Users> users = List.of(Users.values());

  @Option(
      names = "--estimators",
      split = ",",
      paramLabel = "NAME",
      description = "What is made of clicks: ${COMPLETION-CANDIDATES} (default: all).")
  private List<Estimator> estimators = List.of(Estimator.values());

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Of pages and training, each on all clicks so far (default: ${DEFAULT-VALUE}).")
  private int rounds = DEFAULTS.rounds();

  @Option(
      names = "--page-size",
      paramLabel = "N",
      description = "Documents of a page (default: ${DEFAULT-VALUE}).")
  private int pageSize = DEFAULTS.pageSize();

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description = "Searches of each query in a round (default: ${DEFAULT-VALUE}).")
  private int sessions = DEFAULTS.sessions();

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "How many users there are (default: ${DEFAULT-VALUE}).")
  private int clients = DEFAULTS.clients();

  @Option(
      names = "--noise",
      paramLabel = "P",
      description =
          "Probability of a click on what was looked at and does not answer (default:"
              + " ${DEFAULT-VALUE}).")
  private double noise = DEFAULTS.noise();

  @Option(
      names = "--attraction",
      paramLabel = "P",
      description = "The same of what answers as well as any (default: ${DEFAULT-VALUE}).")
  private double attraction = DEFAULTS.attraction();

  @Option(
      names = "--eta",
      description =
          "Positions are looked at with a probability of position^-eta (default:"
              + " ${DEFAULT-VALUE}).")
  private double eta = DEFAULTS.eta();

  @Option(
      names = "--shuffled",
      paramLabel = "SHARE",
      description = "Of the pages, to learn who looks where (default: ${DEFAULT-VALUE}).")
  private double shuffled = DEFAULTS.shuffled();

  @Option(names = "--seeds", description = "Runs of each (default: ${DEFAULT-VALUE}).")
  private int seeds = 1;

  @Option(
      names = "--threads",
      description = "Runs at a time, one thread each (default: one a processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public void run() {
    checkNumbers();
    EncoderSettings encoder = lab.encoder(settings.load().encoder());
    Terminal terminal = Terminal.of(spec);
    try (Backbone backbone = Models.backbone(encoder)) {
      study(encoder, backbone, terminal);
    } catch (IllegalArgumentException e) {
      throw CommandException.wrongUsage(String.valueOf(e.getMessage()));
    }
    terminal.out().printf("wrote %s%n", out.resolve("report.html"));
    terminal.out().flush();
  }

  private void checkNumbers() {
    if (seeds < 1 || threads < 1) {
      throw wrongUsage(
          "--seeds and --threads must be at least 1, were %d and %d".formatted(seeds, threads));
    }
    if (shuffled > 0 && pageSize == 1) {
      throw wrongUsage(
          "--page-size must be at least 2 where pages are shuffled (--shuffled %s), was 1"
              .formatted(shuffled));
    }
    if (pageSize > FirstStage.DEPTH && pages.contains(PageSource.BM25)) {
      throw wrongUsage(
          "--page-size must be at most the %d documents that BM25 finds, was %d"
              .formatted(FirstStage.DEPTH, pageSize));
    }
    method.contender();
    try {
      simulated();
      lab.plan(method.rate());
    } catch (IllegalArgumentException e) {
      throw wrongUsage(String.valueOf(e.getMessage()));
    }
    lab.check();
  }

  private ClickSettings simulated() {
    return new ClickSettings(pageSize, sessions, clients, noise, attraction, eta, shuffled, rounds);
  }

  private void study(EncoderSettings encoder, Backbone backbone, Terminal terminal) {
    CorpusCollection collection = collections.read();
    LabCollection divided = lab.divide(collection);
    Qrels truth = new Qrels(collection.part(CorpusPart.TRAIN).judgements());
    Tuning tuning = method.tuning(backbone.config());
    Setting setting =
        new Setting(
            Setting.Collection.of(collections.name(), collection, divided),
            Setting.Backbone.of(backbone),
            plan(encoder, backbone, tuning),
            List.of());
    try (FolderLock held = WorkFolder.lockExperiment(out)) {
      ResultStore<ClickTrialResult> store = ResultStore.open(out, setting, ClickTrialResult.class);
      FirstStage firstStage = FirstStage.bm25(divided);
      BaselineStore baselines = BaselineStore.open(out);
      baselines.require(FirstStage.NAME, Task.RETRIEVAL, () -> firstStage.baseline(divided));
      baselines.require(
          Setting.Baseline.UNTUNED,
          Task.RETRIEVAL,
          () -> new RetrievalBench(divided, lab.retrieval()).baseline(backbone));
      ClickTrialRunner runner =
          new ClickTrialRunner(
              backbone,
              tuning,
              divided,
              truth,
              firstStage,
              lab.retrieval(),
              lab.plan(method.rate()),
              simulated());
      run(runner, setting.withBaselines(baselines.all()), store, terminal);
    }
  }

  private void run(
      ClickTrialRunner runner,
      Setting setting,
      ResultStore<ClickTrialResult> store,
      Terminal terminal) {
    Progress progress = new Progress(terminal, System::nanoTime);
    LiveReport report = new LiveReport(() -> write(setting, store), System::nanoTime);
    ClickStudy.Listener listener =
        (result, done, planned) -> {
          show(progress, result, done, planned);
          report.trialEnded();
        };
    try {
      new ClickStudy(runner, store, threads, listener)
          .run(
              ClickTrial.all(
                  pages, users, estimators, LongStream.rangeClosed(1, seeds).boxed().toList()));
    } finally {
      progress.clear();
      report.writeNow();
    }
  }

  private void write(Setting setting, ResultStore<ClickTrialResult> store) {
    List<ClickTrialResult> results = store.results();
    if (!results.isEmpty()) {
      ClickReport.write(out, setting, results);
    }
  }

  private Map<String, String> plan(EncoderSettings encoder, Backbone backbone, Tuning tuning) {
    Map<String, String> plan = new LinkedHashMap<>(simulated().items());
    plan.put("tuning", tuning.toJson().toString());
    plan.put("rate", Double.toString(method.rate()));
    plan.putAll(lab.items(encoder));
    plan.put("window", backbone.window() + " tokens");
    return plan;
  }

  private static void show(Progress progress, ClickTrialResult result, int done, int planned) {
    progress.notice(
        String.format(
            Locale.ROOT,
            "%d of %d  %-44s %s",
            done,
            planned,
            result.name(),
            result.outcome().isFinished() ? qualities(result) : "diverged"));
  }

  private static String qualities(ClickTrialResult result) {
    return result.rounds().get(0).test().primaryMetric()
        + result.rounds().stream()
            .map(round -> String.format(Locale.ROOT, " %.3f", round.test().primary()))
            .collect(Collectors.joining(","));
  }

  private ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
