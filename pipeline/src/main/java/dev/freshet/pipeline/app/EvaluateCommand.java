package dev.freshet.pipeline.app;

import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.pipeline.config.SettingOptions;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusPart;
import dev.freshet.training.evaluation.AveragePrecision;
import dev.freshet.training.evaluation.Metric;
import dev.freshet.training.evaluation.Ndcg;
import dev.freshet.training.evaluation.Recall;
import dev.freshet.training.evaluation.ReciprocalRank;
import dev.freshet.training.evaluation.Success;
import dev.freshet.training.lab.RerankingBench;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet evaluate}. */
@Command(
    name = "evaluate",
    header = {"Measure how well BM25 and models find what people judged relevant.", ""},
    description = {
      "",
      "The measures are trec_eval's, averaged over the queries of the part; with --part all those"
          + " are all that were judged (trec_eval -c)."
          + " Every system is compared with the first one by its nDCG: the 95 %% interval of"
          + " the difference is from the paired bootstrap, p from the two-sided randomisation"
          + " test.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  freshet evaluate --generated",
      "  freshet evaluate nl2bash --model old --model new --methods dense",
      "  freshet evaluate nl2bash --run theirs.run"
    })
final class EvaluateCommand implements Runnable {
  private static final int RECALL_CUTOFF = 100;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingOptions settings = new SettingOptions();
  @Mixin private CollectionOptions collections = new CollectionOptions();

  @Option(
      names = "--part",
      description =
          "Queries to ask: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). Models are tuned"
              + " on train.")
  private Part part = Part.test;

  @Option(
      names = "--methods",
      split = ",",
      paramLabel = "METHOD",
      description =
          "Any of ${COMPLETION-CANDIDATES}, in the order of the table (default: all, none with"
              + " --run or --reranker).")
  private @Nullable List<Method> methods;

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description =
          "Model of dense and hybrid (default: encoder.model, or built in). May be repeated.")
  private List<Path> models = new ArrayList<>();

  @Option(
      names = "--run",
      paramLabel = "FILE",
      description = "Evaluate this TREC run file too. May be repeated.")
  private List<Path> runs = new ArrayList<>();

  @Option(
      names = "--reranker",
      paramLabel = "DIR",
      description =
          "Modules of 'train --task reranking' for the model: they order anew what bm25 found best."
              + " May be repeated.")
  private List<Path> rerankers = new ArrayList<>();

  @Option(
      names = "--rerank-depth",
      paramLabel = "N",
      description = "Documents of a query that are ordered anew (default: ${DEFAULT-VALUE}).")
  private int rerankDepth = RerankingBench.DEPTH;

  @Option(
      names = "--cutoff",
      paramLabel = "K",
      description = "Documents that nDCG, MRR and success look at (default: ${DEFAULT-VALUE}).")
  private int cutoff = 10;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = "Documents retrieved for each query (default: ${DEFAULT-VALUE}).")
  private int depth = 1_000;

  @Option(
      names = "--run-out",
      paramLabel = "DIR",
      description = "Write a TREC run file of each method here.")
  private @Nullable Path runOut;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the results here too.")
  private @Nullable Path json;

  /** Parts by the names that people type. */
  @SuppressWarnings("ImmutableEnumChecker") // what holds a CorpusPart cannot change
  private enum Part {
    test(collection -> collection.part(CorpusPart.TEST)),
    train(collection -> collection.part(CorpusPart.TRAIN)),
    all(collection -> collection);

    private final UnaryOperator<CorpusCollection> of;

    Part(UnaryOperator<CorpusCollection> of) {
      this.of = of;
    }
  }

  /** Methods by the names that people type. */
  private enum Method {
    bm25,
    dense,
    hybrid
  }

  @Override
  public void run() {
    checkNumbers();
    Set<Method> chosen = chosenMethods();
    Map<String, EncoderSettings> encoders =
        chosen.isEmpty() && rerankers.isEmpty() ? Map.of() : encoders();
    if (!rerankers.isEmpty() && encoders.size() > 1) {
      throw wrongUsage(
          "--reranker is of one model, --model is given %d times".formatted(encoders.size()));
    }
    CorpusCollection collection = part.of.apply(collections.read());
    if (collection.queries().isEmpty()) {
      throw CommandException.wrongUsage(
          "the %s part has no query with a relevant document; see --part".formatted(part));
    }
    Map<String, Run> given = givenRuns(collection);
    Map<String, Path> scoring = namedRerankers();
    makeFolders();

    Terminal terminal = Terminal.of(spec);
    EvaluationReport report = new EvaluationReport(title(), collection, metrics());
    SystemRuns systems = new SystemRuns(collection, depth, terminal);
    for (Method method : chosen) {
      evaluate(method, encoders, systems, report);
    }
    scoring.forEach(
        (name, folder) ->
            encoders
                .values()
                .forEach(
                    model ->
                        add(report, "bm25+" + name, systems.reranked(model, folder, rerankDepth))));
    given.forEach(report::add);
    new EvaluationTable(terminal).print(report);
    if (json != null) {
      EvaluationJson.write(json, report);
    }
  }

  private void evaluate(
      Method method,
      Map<String, EncoderSettings> encoders,
      SystemRuns systems,
      EvaluationReport report) {
    if (method == Method.bm25) {
      add(report, "bm25", systems.bm25());
      return;
    }
    encoders.forEach(
        (name, encoder) ->
            add(
                report,
                encoders.size() == 1 ? method.name() : method + "-" + name,
                method == Method.dense ? systems.dense(encoder) : systems.hybrid(encoder)));
  }

  private void add(EvaluationReport report, String system, Run run) {
    report.add(system, run);
    if (runOut != null) {
      String name = system.replaceAll("[^A-Za-z0-9._-]+", "_");
      RunFile.write(runOut.resolve(name + ".run"), run, name);
    }
  }

  private String title() {
    return part == Part.all ? collections.name() : collections.name() + ", " + part + " part";
  }

  private List<Metric> metrics() {
    return List.of(
        new Ndcg(cutoff),
        new ReciprocalRank(cutoff),
        new AveragePrecision(depth),
        new Recall(RECALL_CUTOFF),
        new Success(cutoff));
  }

  private void checkNumbers() {
    if (cutoff < 1) {
      throw wrongUsage("--cutoff must be at least 1, was " + cutoff);
    }
    if (rerankDepth < 1) {
      throw wrongUsage("--rerank-depth must be at least 1, was " + rerankDepth);
    }
    int deepest = Math.max(cutoff, RECALL_CUTOFF);
    if (depth < deepest) {
      throw wrongUsage(
          "--depth must be at least %d, which the measures look at, was %d"
              .formatted(deepest, depth));
    }
  }

  private Set<Method> chosenMethods() {
    List<Method> byDefault =
        runs.isEmpty() && rerankers.isEmpty() ? List.of(Method.values()) : List.of();
    Set<Method> chosen = new LinkedHashSet<>(methods == null ? byDefault : methods);
    if (!models.isEmpty()
        && rerankers.isEmpty()
        && !chosen.contains(Method.dense)
        && !chosen.contains(Method.hybrid)) {
      throw wrongUsage(
          "--model is for dense, hybrid and --reranker, and --methods has none of them");
    }
    return chosen;
  }

  /** The models by a name that tells them apart, all looked at before any is run. */
  private Map<String, EncoderSettings> encoders() {
    EncoderSettings configured = settings.load().encoder();
    if (models.isEmpty()) {
      return Map.of("", configured);
    }
    Map<String, EncoderSettings> named = new LinkedHashMap<>();
    for (Path model : models) {
      Models.check(model);
      putNamed("--model", model, configured.withModel(model), named);
    }
    return named;
  }

  private Map<String, Run> givenRuns(CorpusCollection collection) {
    Map<String, Run> named = new LinkedHashMap<>();
    for (Path file : runs) {
      if (!Files.isRegularFile(file)) {
        throw wrongUsage("--run %s is not a file".formatted(file));
      }
      Run run = RunFile.read(file);
      if (collection.queries().stream().noneMatch(q -> run.rankings().containsKey(q.id()))) {
        throw CommandException.wrongUsage(
            "%s has none of the %,d queries of %s: it is of another collection or part"
                .formatted(file, collection.queries().size(), title()));
      }
      putNamed("--run", file, run, named);
    }
    return named;
  }

  private Map<String, Path> namedRerankers() {
    Map<String, Path> named = new LinkedHashMap<>();
    for (Path folder : rerankers) {
      SystemRuns.requireScoring(folder);
      putNamed("--reranker", folder, folder, named);
    }
    return named;
  }

  /** By the file's own name, or by the whole path where another one has that name. */
  private <T> void putNamed(String option, Path path, T value, Map<String, T> named) {
    String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
    if (named.putIfAbsent(name, value) != null
        && named.putIfAbsent(path.toString(), value) != null) {
      throw wrongUsage("%s %s is given twice".formatted(option, path));
    }
  }

  /** Now, because the work takes long and should not be for nothing. */
  private void makeFolders() {
    try {
      if (runOut != null) {
        Files.createDirectories(runOut);
      }
      if (json != null) {
        Files.createDirectories(json.toAbsolutePath().normalize().getParent());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot make the folder for the results: " + e.getMessage(), e);
    }
  }

  private ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
