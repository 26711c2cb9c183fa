package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.FolderLock;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.LocalModuleStorage;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.pipeline.config.SettingOptions;
import dev.freshet.training.corpus.CollectionFingerprint;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.lab.FirstStage;
import dev.freshet.training.lab.LabCollection;
import dev.freshet.training.lab.RerankingBench;
import dev.freshet.training.lab.RetrievalBench;
import dev.freshet.training.lab.Scores;
import dev.freshet.training.lab.Setting;
import dev.freshet.training.lab.TaskBench;
import dev.freshet.training.optimise.DivergedException;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RoundHistory;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.RoundState;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.round.TuningPlan;
import dev.freshet.training.round.TuningRound;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet train}. */
@Command(
    name = "train",
    header = {"Tune modules on a judged collection, and write them to a registry.", ""},
    description = {
      "",
      "Trains on the training part, looks at held-out queries of it on the way, keeps the modules of"
          + " the best look, and measures them on the test part. Goes on where it was stopped, when it"
          + " is started with the same options; until then its state is a hidden file in the"
          + " registry, .training-*.safetensors. A training that diverges publishes nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  freshet train nl2bash --model my-model --registry registry",
      "  freshet train nl2bash --model my-model --registry registry --hard-negatives 1"
          + " --negatives-from dense --set encoder.modules=registry/1",
      "  freshet up --data-dir tuned --model my-model --modules registry/1"
    })
final class TrainCommand implements Runnable {
  private static final String LOCK = ".training.lock";

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingOptions settings = new SettingOptions();
  @Mixin private CollectionOptions collections = new CollectionOptions();
  @Mixin private LabOptions lab = new LabOptions();
  @Mixin private NegativeOptions negatives = new NegativeOptions();
  @Mixin private MethodOptions method = new MethodOptions();
  @Mixin private LookOptions looks = new LookOptions();
  @Mixin private ScoringOptions scoring = new ScoringOptions();

  @Option(
      names = "--registry",
      required = true,
      paramLabel = "DIR",
      description = "Where the modules are published, as the next generation.")
  private Path registry = Path.of(".");

  @Option(
      names = "--sides",
      description =
          "Which sides have modules: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). With"
              + " query no document changes.")
  private Sides sides = Sides.shared;

  @Option(names = "--task", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private TaskName task = TaskName.retrieval;

  @Option(names = "--seed", description = "Same seed, same bytes (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  /** Sides by the names that people type. */
  private enum Sides {
    shared(ModuleSides.SHARED),
    separate(ModuleSides.SEPARATE),
    query(ModuleSides.QUERY),
    document(ModuleSides.DOCUMENT);

    private final ModuleSides sides;

    Sides(ModuleSides sides) {
      this.sides = sides;
    }
  }

  /** Tasks by the names that people type. */
  private enum TaskName {
    retrieval,
    reranking
  }

  @Override
  public void run() {
    EncoderSettings encoder = lab.encoder(settings.load().encoder());
    method.contender(); // before anything is read
    lab.check();
    looks.check();
    scoring.check();
    negatives.check(task == TaskName.retrieval ? lab.retrieval().negatives() : 0);
    if (task == TaskName.reranking && sides != Sides.shared) {
      throw wrongUsage("--task reranking looks at both texts at once: --sides must be shared");
    }
    try {
      TuningPlan plan = looks.addTo(lab.plan(method.rate()));
      CorpusCollection collection = collections.read();
      LabCollection divided = lab.divide(collection);
      try (Backbone backbone = Models.backbone(encoder)) {
        method.tuning(backbone.config()); // before anything long
        Map<String, String> recipe = recipe(encoder, backbone, collection);
        Terminal terminal = Terminal.of(spec);
        // Two trainings would publish one checkpoint.
        try (FolderLock held = WorkFolder.lock(registry, LOCK, "'freshet train'", "--registry")) {
          TaskBench bench = bench(divided, backbone, encoder.modules(), terminal);
          train(recipe, backbone, bench, plan, terminal);
        }
      }
    } catch (IllegalArgumentException | InvalidModelException e) {
      throw CommandException.wrongUsage(String.valueOf(e.getMessage()));
    } catch (DivergedException e) {
      throw new CommandException(e.getMessage() + "; nothing was published", e);
    }
  }

  private void train(
      Map<String, String> recipe,
      Backbone backbone,
      TaskBench bench,
      TuningPlan plan,
      Terminal terminal) {
    Tuning tuning = bench.adapt(method.tuning(backbone.config()));
    Setting.Baseline before = bench.baseline(backbone);
    recipe.put("tuning", tuning.toJson().toString());
    RoundState state = RoundState.in(registry, recipe.toString());
    Progress progress = new Progress(terminal, System::nanoTime);
    try (TunedModel tuned = TunedModel.initial(backbone, tuning, sides.sides, seed);
        RoundObjective objective = bench.objective(tuned, seed)) {
      RoundHistory history =
          new TuningRound(
                  tuned,
                  objective,
                  plan,
                  new TrainProgress(progress, plan.steps()),
                  () -> bench.validate(tuned),
                  state)
              .run();
      progress.clear();
      Scores after = bench.test(tuned);
      ModuleManifest published = publish(backbone, tuned, history, after);
      state.delete();
      print(terminal, published, before, after, history);
    } finally {
      progress.clear();
    }
  }

  private TaskBench bench(
      LabCollection divided, Backbone backbone, @Nullable Path modules, Terminal terminal) {
    if (task == TaskName.reranking) {
      FirstStage firstStage = FirstStage.bm25(divided);
      return new RerankingBench(
          divided.withHardNegatives(firstStage.train(), scoring.settings().negatives()),
          scoring.settings(),
          firstStage.heldOut(),
          firstStage.test(),
          RerankingBench.DEPTH,
          RerankingBench.MOST_QUERIES);
    }
    return new RetrievalBench(
        lab.retrieval().negatives() == 0
            ? divided
            : divided.withHardNegatives(
                negatives.find(divided, backbone, modules, terminal), lab.retrieval().negatives()),
        lab.retrieval());
  }

  /** Whatever decides the bytes, but for the tuning. */
  private Map<String, String> recipe(
      EncoderSettings encoder, Backbone backbone, CorpusCollection collection) {
    Map<String, String> recipe = new LinkedHashMap<>(lab.items(encoder));
    recipe.putAll(negatives.items(encoder.modules()));
    recipe.putAll(looks.items());
    recipe.putAll(scoring.items());
    recipe.put("collection", collections.name());
    recipe.put("collection sha256", CollectionFingerprint.sha256(collection));
    recipe.put("window", Integer.toString(backbone.window()));
    recipe.put("backbone", Setting.Backbone.of(backbone).toString());
    recipe.put("sides", sides.name());
    recipe.put("task", task.name());
    recipe.put("rate", Double.toString(method.rate()));
    recipe.put("seed", Long.toString(seed));
    return recipe;
  }

  private ModuleManifest publish(
      Backbone backbone, TunedModel tuned, RoundHistory history, Scores after) {
    ModuleRegistry generations =
        new ModuleRegistry(new LocalModuleStorage(registry), Clock.systemUTC());
    Map<String, Double> metrics = new LinkedHashMap<>(after.metrics());
    RoundHistory.Quality best = history.best();
    if (best != null) {
      metrics.put("held out " + after.primaryMetric(), best.value());
    }
    List<Integer> before = generations.generations();
    int next = before.isEmpty() ? 1 : before.get(before.size() - 1) + 1;
    return generations.publish(
        next,
        new ModuleManifest.Draft(
            tuned.tuning().toJson(), tuned.sides(), backbone.sha256(), null, null, metrics, null),
        tuned.toWrite());
  }

  private void print(
      Terminal terminal,
      ModuleManifest published,
      Setting.Baseline before,
      Scores after,
      RoundHistory history) {
    RoundHistory.Quality best = history.best();
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "checkpoint %d in %s: %,d parameters, %d steps in %.0f s of CPU time, best at step %d%n",
            published.generation(),
            registry,
            published.parameters(),
            history.steps(),
            history.cpuSeconds(),
            best == null ? history.steps() : best.step());
    after
        .metrics()
        .forEach(
            (metric, value) ->
                terminal
                    .out()
                    .printf(
                        Locale.ROOT,
                        "  %-11s %.3f, %s %.3f%n",
                        metric,
                        value,
                        before.name(),
                        before.test().metrics().getOrDefault(metric, 0.0)));
    terminal.out().flush();
  }

  private ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
