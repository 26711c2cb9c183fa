package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.FolderLock;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.pipeline.config.SettingOptions;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.lab.BaselineStore;
import dev.freshet.training.lab.ComparisonReport;
import dev.freshet.training.lab.Contender;
import dev.freshet.training.lab.FirstStage;
import dev.freshet.training.lab.GridSearch;
import dev.freshet.training.lab.LabCollection;
import dev.freshet.training.lab.RerankingBench;
import dev.freshet.training.lab.ResultStore;
import dev.freshet.training.lab.RetrievalBench;
import dev.freshet.training.lab.Setting;
import dev.freshet.training.lab.Task;
import dev.freshet.training.lab.TaskBench;
import dev.freshet.training.lab.TrialResult;
import dev.freshet.training.lab.TrialRunner;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.TuningPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet compare}. */
@Command(
    name = "compare",
    header = {"Compare tuning methods on a judged collection.", ""},
    description = {
      "",
      "Every method is tuned at every budget and learning rate with one seed; where the best rate"
          + " lies at the edge, the grid grows; then the other seeds follow at the best rate, which"
          + " held-out training queries decide. What is done is not run again: a comparison that was"
          + " stopped goes on, and more methods or seeds may be added to it.",
      "",
      "Writes results.json, report.md and report.html, anew as trials end.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  freshet compare nl2bash --model my-model --out comparison",
      "  freshet compare --generated --out small --methods full,adapter,iaa-l --seeds 2"
    })
final class CompareCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingOptions settings = new SettingOptions();
  @Mixin private CollectionOptions collections = new CollectionOptions();
  @Mixin private LabOptions lab = new LabOptions();
  @Mixin private NegativeOptions negatives = new NegativeOptions();
  @Mixin private LookOptions looks = new LookOptions();
  @Mixin private ScoringOptions scoring = new ScoringOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the comparison.")
  private Path out = Path.of(".");

  @Option(
      names = "--methods",
      split = ",",
      paramLabel = "METHOD",
      description =
          "Methods of retrieval; each may have +wordsN for a change of the word embeddings of rank N"
              + " (default: ${DEFAULT-VALUE}).")
  private List<String> methods = Contender.names();

  @Option(
      names = "--scoring-methods",
      split = ",",
      paramLabel = "METHOD",
      description = "Methods of re-ranking what BM25 found (default: none).")
  private List<String> scoringMethods = new ArrayList<>();

  @Option(
      names = "--budgets",
      split = ",",
      paramLabel = "SHARE",
      description = "Of the backbone's parameters to train (default: ${DEFAULT-VALUE}).")
  private List<Double> budgets = List.of(0.0673, 0.0054);

  @Option(
      names = "--rates",
      split = ",",
      paramLabel = "RATE",
      description = "Learning rates to begin with (default: ${DEFAULT-VALUE}).")
  private List<Double> rates = List.of(1e-3, 3e-3, 1e-2);

  @Option(
      names = "--seeds",
      description =
          "Runs at the best rate (default: ${DEFAULT-VALUE}). The second one's is probed for"
              + " directions, smoothness and landscape of the loss: with 1 nothing is.")
  private int seeds = 3;

  @Option(
      names = "--deviation",
      paramLabel = "D",
      description =
          "Standard deviation that modules start with (default: one over the square root of the model's width).")
  private @Nullable Double deviation;

  @Option(
      names = "--scoring-depth",
      paramLabel = "N",
      description = "Documents of a query that are re-ranked (default: ${DEFAULT-VALUE}).")
  private int scoringDepth = RerankingBench.DEPTH;

  @Option(
      names = "--scoring-queries",
      paramLabel = "N",
      description = "Most test queries of re-ranking (default: ${DEFAULT-VALUE}).")
  private int scoringQueries = RerankingBench.MOST_QUERIES;

  @Option(
      names = "--threads",
      description = "Trials at a time, one thread each (default: one a processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public void run() {
    checkNumbers();
    List<Contender> contenders = contenders(methods);
    List<Contender> rerankers = contenders(scoringMethods);
    EncoderSettings encoder = lab.encoder(settings.load().encoder());
    CorpusCollection collection = collections.read();
    Terminal terminal = Terminal.of(spec);
    try {
      LabCollection divided = lab.divide(collection);
      try (Backbone backbone = Models.backbone(encoder)) {
        checkSizes(contenders, backbone);
        checkSizes(rerankers, backbone);
        Setting setting = setting(encoder, backbone, collection, divided);
        compare(setting, encoder, backbone, divided, contenders, rerankers, terminal);
      }
    } catch (IllegalArgumentException | InvalidModelException e) {
      throw CommandException.wrongUsage(String.valueOf(e.getMessage()));
    }
    terminal.out().printf("wrote %s%n", out.resolve("report.html"));
    terminal.out().flush();
  }

  /** The setting comes first: what is asked for in vain should not take long. */
  private void compare(
      Setting setting,
      EncoderSettings encoder,
      Backbone backbone,
      LabCollection collection,
      List<Contender> contenders,
      List<Contender> rerankers,
      Terminal terminal) {
    try (FolderLock held = WorkFolder.lockExperiment(out)) {
      ResultStore<TrialResult> store = ResultStore.open(out, setting, TrialResult.class);
      FirstStage firstStage = FirstStage.bm25(collection);
      LabCollection learned =
          lab.retrieval().negatives() == 0
              ? collection
              : collection.withHardNegatives(
                  negatives.find(collection, backbone, encoder.modules(), terminal),
                  lab.retrieval().negatives());
      RetrievalBench retrieval = new RetrievalBench(learned, lab.retrieval());
      RerankingBench reranking =
          new RerankingBench(
              collection.withHardNegatives(firstStage.train(), scoring.settings().negatives()),
              scoring.settings(),
              firstStage.heldOut(),
              firstStage.test(),
              scoringDepth,
              scoringQueries);
      List<GridSearch.Entry> entries = new ArrayList<>();
      contenders.forEach(contender -> entries.addAll(entries(retrieval, contender)));
      rerankers.forEach(contender -> entries.addAll(entries(reranking, contender)));

      BaselineStore baselines = BaselineStore.open(out);
      baselines.require(FirstStage.NAME, Task.RETRIEVAL, () -> firstStage.baseline(collection));
      baselines.require(
          Setting.Baseline.UNTUNED, Task.RETRIEVAL, () -> retrieval.baseline(backbone));
      if (!rerankers.isEmpty()) {
        baselines.require(FirstStage.NAME, Task.RERANKING, () -> reranking.baseline(backbone));
      }
      search(setting.withBaselines(baselines.all()), store, backbone, entries, terminal);
    }
  }

  private void search(
      Setting setting,
      ResultStore<TrialResult> store,
      Backbone backbone,
      List<GridSearch.Entry> entries,
      Terminal terminal) {
    LiveReport report = new LiveReport(() -> write(setting, store), System::nanoTime);
    ComparisonProgress progress =
        new ComparisonProgress(new Progress(terminal, System::nanoTime), report);
    TuningPlan plan = looks.addTo(lab.plan(rates.get(0)));
    try {
      new GridSearch(
              new TrialRunner(backbone, plan, deviation(backbone))::run,
              store,
              rates,
              LongStream.rangeClosed(1, seeds).boxed().toList(),
              threads,
              progress)
          .run(entries);
    } finally {
      progress.clear();
      report.writeNow();
    }
  }

  private void write(Setting setting, ResultStore<TrialResult> store) {
    List<TrialResult> results = store.results();
    if (!results.isEmpty()) {
      ComparisonReport.write(out, setting, results);
    }
  }

  private List<GridSearch.Entry> entries(TaskBench bench, Contender contender) {
    return sizes(contender).stream()
        .map(budget -> new GridSearch.Entry(bench, contender, budget.orElse(null)))
        .toList();
  }

  /** Its budgets; one that is empty where it has none. */
  private List<Optional<Double>> sizes(Contender contender) {
    return contender.hasFixedSize()
        ? List.of(Optional.empty())
        : budgets.stream().map(Optional::of).toList();
  }

  private void checkSizes(List<Contender> contenders, Backbone backbone) {
    for (Contender contender : contenders) {
      sizes(contender)
          .forEach(
              budget ->
                  contender.tuning(budget.orElse(null), backbone.config(), deviation(backbone)));
    }
  }

  private double deviation(Backbone backbone) {
    return deviation == null ? Contender.deviation(backbone.config()) : deviation;
  }

  private Setting setting(
      EncoderSettings encoder,
      Backbone backbone,
      CorpusCollection collection,
      LabCollection divided) {
    Map<String, String> plan = new LinkedHashMap<>(lab.items(encoder));
    plan.putAll(negatives.items(encoder.modules()));
    plan.putAll(looks.items());
    plan.putAll(scoring.items());
    plan.put("module deviation", Double.toString(deviation(backbone)));
    plan.put("window", backbone.window() + " tokens");
    plan.put("re-ranked", "%d documents of %d queries".formatted(scoringDepth, scoringQueries));
    return new Setting(
        Setting.Collection.of(collections.name(), collection, divided),
        Setting.Backbone.of(backbone),
        plan,
        List.of());
  }

  private List<Contender> contenders(List<String> labels) {
    try {
      return labels.stream().distinct().map(Contender::parse).toList();
    } catch (IllegalArgumentException e) {
      throw wrongUsage(String.valueOf(e.getMessage()));
    }
  }

  private void checkNumbers() {
    if (seeds < 1 || threads < 1 || rates.isEmpty()) {
      throw wrongUsage(
          "--seeds and --threads must be at least 1, were %d and %d".formatted(seeds, threads));
    }
    if (rates.stream().anyMatch(rate -> !(rate > 0))) {
      throw wrongUsage("--rates must be above 0, were " + rates);
    }
    if (scoringDepth < 1 || scoringDepth > FirstStage.DEPTH) {
      throw wrongUsage(
          "--scoring-depth must be from 1 to the %d documents that BM25 finds, was %d"
              .formatted(FirstStage.DEPTH, scoringDepth));
    }
    if (scoringQueries < 1) {
      throw wrongUsage("--scoring-queries must be at least 1, was " + scoringQueries);
    }
    lab.check();
    looks.check();
    scoring.check();
    negatives.check(lab.retrieval().negatives());
  }

  private ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
