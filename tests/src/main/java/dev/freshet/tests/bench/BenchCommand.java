package dev.freshet.tests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.tests.bench.store.StoreBenchmark;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet bench encode|gateway|pipeline|refresh|search|store|tune}. */
@Command(
    name = "bench",
    header = {"Measure: encode, gateway, pipeline, refresh, search, store or tune.", ""},
    description = "Each compares in one run, in turn, so that its ratios hold on a noisy machine.",
    subcommands = {
      BenchCommand.Encode.class,
      BenchCommand.Gateway.class,
      BenchCommand.Pipeline.class,
      BenchCommand.Refresh.class,
      BenchCommand.Search.class,
      BenchCommand.Store.class,
      BenchCommand.Tune.class
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "say what to measure: encode, gateway, pipeline, refresh, search, store or tune");
  }

  /** Where a result goes besides the terminal. A picocli mixin. */
  static final class Report {
    @Option(names = "--json", paramLabel = "FILE", description = "Also write the result as JSON.")
    private @Nullable Path json;

    void print(CommandSpec spec, String table, Object result) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(table);
      out.flush();
      if (json != null) {
        try {
          new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValue(json.toFile(), result);
        } catch (IOException e) {
          throw new UncheckedIOException("cannot write " + json, e);
        }
      }
    }
  }

  /** {@code freshet bench encode}. */
  @Command(
      name = "encode",
      header = {"Encoder against matrix products of the same library; modules against none.", ""})
  static final class Encode implements Runnable {
    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private Report report = new Report();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--documents",
        paramLabel = "FILE",
        description = "JSON lines whose lengths to take (default: made up).")
    private @Nullable Path documents;

    @Option(names = "--rounds", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds = EncodeBenchmark.Options.defaults().rounds();

    @Option(
        names = "--shape",
        description =
            "Random weights in that shape, where there is no --model: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private EncodeBenchmark.Size shape = EncodeBenchmark.Options.defaults().shape();

    @Option(
        names = "--method",
        paramLabel = "NAME",
        description =
            "Measure with modules, random ones, and against the frozen model: adapter, iaa-l, iaa-m, iaa-s, lora, mam, prefix or stream.")
    private @Nullable String method;

    @Option(
        names = "--share",
        description = "Of the backbone's parameters for modules (default: ${DEFAULT-VALUE}).")
    private double share = 0.0673;

    @Override
    public void run() {
      EncoderSettings encoder = config.load().encoder();
      if (!encoder.equals(EncoderSettings.defaults().withModel(encoder.model()))) {
        throw new ParameterException(
            spec.commandLine(),
            "of the encoder's settings this takes the model alone: it measures on the CPU, with one thread and two, and modules by --method; was "
                + encoder);
      }
      EncodeBenchmark.Options defaults = EncodeBenchmark.Options.defaults();
      EncodeReport result =
          EncodeBenchmark.run(
              new EncodeBenchmark.Options(
                  encoder.model(),
                  shape,
                  modules(),
                  documents,
                  defaults.sequences(),
                  rounds,
                  defaults.seed()));
      report.print(spec, result.table(), result);
    }

    private @Nullable BenchModules modules() {
      try {
        return method == null ? null : new BenchModules(method, share);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
    }
  }

  /** {@code freshet bench gateway}. */
  @Command(
      name = "gateway",
      header = {"Searches of a gateway, against those of the nodes that it asks.", ""})
  static final class Gateway implements Runnable {
    @Mixin private ConfigOptions options = new ConfigOptions();
    @Mixin private Report report = new Report();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--documents",
        paramLabel = "FILE",
        description = "JSON lines to sample from (default: made up).")
    private @Nullable Path documents;

    @Option(names = "--sample", description = "Documents (default: ${DEFAULT-VALUE}).")
    private int sample = 4_000;

    @Option(names = "--searches", description = "Of each kind (default: ${DEFAULT-VALUE}).")
    private int searches = 1_000;

    @Option(
        names = "--warm-up",
        paramLabel = "SECONDS",
        description =
            "Searches before those that count: a JVM that has just started compiles (default: ${DEFAULT-VALUE}).")
    private int warmUp = 60;

    @Override
    public void run() {
      try (Scratch scratch = Scratch.create()) {
        GatewayBenchmark.Result result =
            GatewayBenchmark.run(
                new GatewayBenchmark.Options(
                    options.load().withDataDirAndPort(scratch.folder(), 0),
                    Duration.ofSeconds(warmUp),
                    searches),
                BenchDocuments.sample(documents, sample, 1));
        report.print(spec, result.table(), result);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
  }

  /** {@code freshet bench pipeline}. */
  @Command(
      name = "pipeline",
      header = {"Kafka to searchable, against the encoder alone; freshness at half that load.", ""})
  static final class Pipeline implements Runnable {
    @Mixin private ConfigOptions options = new ConfigOptions();
    @Mixin private Report report = new Report();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--documents",
        paramLabel = "FILE",
        description = "JSON lines to sample from (default: made up).")
    private @Nullable Path documents;

    @Option(names = "--sample", description = "Documents a round (default: ${DEFAULT-VALUE}).")
    private int sample = 1000;

    @Option(names = "--rounds", description = "Pairs of rounds (default: ${DEFAULT-VALUE}).")
    private int rounds = 3;

    @Option(
        names = "--warm-up",
        paramLabel = "SECONDS",
        description =
            "At least so long until the first round that counts: a JVM that has just started compiles (default: ${DEFAULT-VALUE}).")
    private int warmUp = 120;

    @Option(
        names = "--freshness",
        description = "Documents that the freshness run searches for (default: ${DEFAULT-VALUE}).")
    private int freshness = 300;

    @Option(names = "--seed", description = "Of the sample and of arrivals (default: 1).")
    private long seed = 1;

    @Override
    public void run() {
      try (Scratch scratch = Scratch.create()) {
        FreshetConfig config = options.load().withDataDirAndPort(scratch.folder(), 0);
        PipelineBenchmark.Result result =
            PipelineBenchmark.run(
                new PipelineBenchmark.Options(
                    config, Duration.ofSeconds(warmUp), rounds, freshness, seed),
                BenchDocuments.sample(documents, sample, seed),
                spec.commandLine().getOut());
        report.print(spec, result.table(), result);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
  }

  /** {@code freshet bench refresh}. */
  @Command(
      name = "refresh",
      header = {"What people notice of a refresh, and its speed against the encoder alone.", ""})
  static final class Refresh implements Runnable {
    @Mixin private ConfigOptions options = new ConfigOptions();
    @Mixin private Report report = new Report();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--documents",
        paramLabel = "FILE",
        description = "JSON lines to sample from (default: made up).")
    private @Nullable Path documents;

    @Option(names = "--sample", description = "Documents (default: ${DEFAULT-VALUE}).")
    private int sample = 4_000;

    @Option(
        names = "--searches",
        description = "Searches a second, beside one new document (default: ${DEFAULT-VALUE}).")
    private double searches = 10;

    @Option(names = "--rounds", description = "Pairs of refreshes (default: ${DEFAULT-VALUE}).")
    private int rounds = 2;

    @Override
    public void run() {
      try (Scratch scratch = Scratch.create()) {
        RefreshBenchmark.Result result =
            RefreshBenchmark.run(
                new RefreshBenchmark.Options(
                    options.load().withDataDirAndPort(scratch.folder(), 0), rounds, searches),
                BenchDocuments.sample(documents, sample, 1),
                spec.commandLine().getOut());
        report.print(spec, result.table(), result);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
  }

  /** {@code freshet bench search}. */
  @Command(
      name = "search",
      header = {"Exact search, against a plain scan of the same memory.", ""})
  static final class Search implements Runnable {
    @Mixin private Report report = new Report();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      SearchBenchmark.Result result = SearchBenchmark.run(SearchBenchmark.Options.defaults());
      report.print(spec, result.table(), result);
    }
  }

  /** {@code freshet bench store}. */
  @Command(
      name = "store",
      header = {"The vector store, against JVector and Lucene; filters, changes, opening.", ""})
  static final class Store implements Runnable {
    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private Report report = new Report();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--part",
        split = ",",
        description = "What to measure: ${COMPLETION-CANDIDATES} (default: CHANGES).")
    private List<StoreBenchmark.Part> parts = List.of(StoreBenchmark.Part.CHANGES);

    @Option(
        names = "--vectors",
        split = ",",
        description = "Of what: ${COMPLETION-CANDIDATES} (default: HARD).")
    private List<StoreBenchmark.Source> sources = List.of(StoreBenchmark.Source.HARD);

    @Option(
        names = "--documents",
        paramLabel = "FILE",
        split = ",",
        description = "JSON lines whose sentences are encoded with the model, for real vectors.")
    private List<Path> documents = List.of();

    @Option(names = "--count", description = "Vectors (default: ${DEFAULT-VALUE}).")
    private int count = 50_000;

    @Option(names = "--dimensions", description = "Of hard vectors (default: ${DEFAULT-VALUE}).")
    private int dimensions = 384;

    @Option(names = "--seed", description = "Of vectors and changes (default: 1).")
    private long seed = 1;

    @Override
    public void run() {
      try (Scratch scratch = Scratch.create()) {
        StoreBenchmark.Options options =
            new StoreBenchmark.Options(
                parts, sources, documents, config.load().encoder(), count, dimensions, seed);
        StoreBenchmark.Result result =
            StoreBenchmark.run(options, scratch.folder(), spec.commandLine().getErr());
        report.print(spec, result.table(), result);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
  }

  /** {@code freshet bench tune}. */
  @Command(
      name = "tune",
      header = {"A training step with modules, against full fine-tuning.", ""})
  static final class Tune implements Runnable {
    private static final TuneBenchmark.Options DEFAULTS = TuneBenchmark.Options.defaults();

    @Mixin private Report report = new Report();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--method", description = "Of the modules (default: ${DEFAULT-VALUE}).")
    private String method = DEFAULTS.method();

    @Option(
        names = "--share",
        description = "Of the backbone's parameters for modules (default: ${DEFAULT-VALUE}).")
    private double share = DEFAULTS.share();

    @Option(names = "--pairs", description = "Texts and their answers (default: ${DEFAULT-VALUE}).")
    private int pairs = DEFAULTS.pairs();

    @Option(names = "--tokens", description = "Of each text (default: ${DEFAULT-VALUE}).")
    private int tokens = DEFAULTS.tokens();

    @Option(names = "--rounds", description = "Pairs of steps (default: ${DEFAULT-VALUE}).")
    private int rounds = DEFAULTS.rounds();

    @Override
    public void run() {
      try {
        TuneBenchmark.Result result =
            TuneBenchmark.run(new TuneBenchmark.Options(method, share, pairs, tokens, rounds));
        report.print(spec, result.table(), result);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
    }
  }
}
