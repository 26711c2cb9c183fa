package dev.freshet.tests.bench.store;

import dev.freshet.model.checkpoint.Folders;
import dev.freshet.model.encoder.EncoderSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The vector store: against JVector and Lucene on the same vectors, and by itself under filters,
 * under a stream of changes, and when it is opened.
 */
public final class StoreBenchmark {
  private static final int QUERIES = 500;

  /** Vectors of the warm-up: enough for cells. */
  private static final int WARM_UP = 30_000;

  /** Of the processors, for each engine in each turn. */
  private static final Duration WARM_UP_TIME = Duration.ofSeconds(30);

  /**
   * What one engine loads undoes what was compiled for another, which took a class for the only one
   * of its kind: so all of them have a second turn.
   */
  private static final int WARM_UP_TURNS = 2;

  /** The median of them counts. */
  private static final int CHANGE_ROUNDS = 3;

  private StoreBenchmark() {}

  /** A part of the benchmark. */
  public enum Part {
    /** Inserts and searches. */
    ENGINES,
    /** The same, then half of the vectors replaced, and half deleted. */
    CHANGES,
    FILTERS,
    STREAM,
    OPEN
  }

  /** Where vectors come from. */
  public enum Source {
    REAL,
    LOOKALIKE,
    HARD
  }

  /**
   * What to measure.
   *
   * @param documents JSON lines whose sentences are encoded; none leaves only hard vectors
   * @param model encodes them
   * @param count vectors
   * @param dimensions of hard vectors
   */
  public record Options(
      List<Part> parts,
      List<Source> sources,
      List<Path> documents,
      EncoderSettings model,
      int count,
      int dimensions,
      long seed) {
    public Options {
      parts = List.copyOf(parts);
      sources = List.copyOf(sources);
      documents = List.copyOf(documents);
      if (count < 1_000 || dimensions < 1) {
        throw new IllegalArgumentException(
            "%d vectors of %d dimensions: at least 1,000, at least 1".formatted(count, dimensions));
      }
      if (documents.isEmpty() && !sources.equals(List.of(Source.HARD))) {
        throw new IllegalArgumentException(
            "%s vectors are made of documents: name some, or measure hard ones".formatted(sources));
      }
    }
  }

  /** What was measured; lists of parts that were not asked for are empty. */
  public record Result(
      List<EngineBenchmark.Row> engines,
      List<StoreRuns.Filtered> filters,
      List<StoreRuns.Stream> streams,
      List<StoreRuns.Opened> opened) {
    public Result {
      engines = List.copyOf(engines);
      filters = List.copyOf(filters);
      streams = List.copyOf(streams);
      opened = List.copyOf(opened);
    }

    /** A table a part. */
    public String table() {
      StringBuilder table = new StringBuilder();
      if (!engines.isEmpty()) {
        line(
            table,
            "%-10s %-8s %8s %4s %9s %9s %9s %6s  %s",
            "vectors",
            "engine",
            "count",
            "dim",
            "insert/s",
            "replace/s",
            "delete/s",
            "memory",
            "recall: queries a CPU-second, a second by two threads");
      }
      for (EngineBenchmark.Row row : engines) {
        StringBuilder searches = new StringBuilder();
        for (EngineBenchmark.Searches at : row.searches()) {
          searches.append(
              String.format(
                  Locale.ROOT,
                  "  %.3f: %.0f, %.0f",
                  at.recall(),
                  at.perCpuSecond(),
                  at.perSecond()));
        }
        line(
            table,
            "%-10s %-8s %8d %4d %9.0f %9s %9s %6.2f%s",
            row.vectors(),
            row.engine(),
            row.count(),
            row.dimensions(),
            row.inserts(),
            rate(row.replaced()),
            rate(row.deleted()),
            row.memory(),
            searches);
      }
      for (StoreRuns.Filtered row : filters) {
        line(
            table,
            "%-10s filter of one in %4d: recall %.3f, %.0f queries a CPU-second",
            row.vectors(),
            row.oneIn(),
            row.recall(),
            row.perCpuSecond());
      }
      for (StoreRuns.Stream row : streams) {
        line(
            table,
            "%-10s %d operations on %d: recall %s, built fresh %.3f;"
                + " p99 at rest %.2f ms, between writes %.2f ms, beside them %.2f ms",
            row.vectors(),
            row.operations(),
            row.count(),
            row.recall(),
            row.fresh(),
            row.p99Rest(),
            row.p99Alternating(),
            row.p99Beside());
      }
      for (StoreRuns.Opened row : opened) {
        line(table, "%-10s %d open after %.1f s", row.vectors(), row.count(), row.seconds());
      }
      return table.toString();
    }

    private static String rate(@Nullable Double perSecond) {
      return perSecond == null ? "-" : String.format(Locale.ROOT, "%.0f", perSecond);
    }

    private static void line(StringBuilder to, String format, Object... values) {
      to.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
  }

  /**
   * Measures.
   *
   * @param scratch an empty folder; what is left there is the caller's to delete
   * @param log told how far it is
   */
  public static Result run(Options options, Path scratch, PrintWriter log) throws IOException {
    List<EngineBenchmark.Row> engines = new ArrayList<>();
    List<StoreRuns.Filtered> filters = new ArrayList<>();
    List<StoreRuns.Stream> streams = new ArrayList<>();
    List<StoreRuns.Opened> opened = new ArrayList<>();
    for (Source source : options.sources()) {
      VectorSet set = vectors(source, options);
      Path folder = scratch.resolve(set.name());
      boolean changes = options.parts().contains(Part.CHANGES);
      if (changes || options.parts().contains(Part.ENGINES)) {
        engines.addAll(compare(set, changes, folder.resolve("engines"), log));
      }
      if (options.parts().contains(Part.FILTERS)) {
        filters.addAll(StoreRuns.filtered(set, folder.resolve("filters")));
      }
      if (options.parts().contains(Part.STREAM)) {
        streams.add(StoreRuns.stream(set, folder.resolve("streams"), options.seed()));
      }
      if (options.parts().contains(Part.OPEN)) {
        opened.add(StoreRuns.open(set, folder.resolve("open")));
      }
    }
    return new Result(engines, filters, streams, opened);
  }

  private static VectorSet vectors(Source source, Options options) throws IOException {
    return switch (source) {
      case HARD -> VectorSet.hard(options.count(), QUERIES, options.dimensions(), options.seed());
      case REAL -> real(options);
      case LOOKALIKE -> real(options).lookAlikes(options.count(), options.seed());
    };
  }

  private static VectorSet real(Options options) throws IOException {
    return VectorSet.real(
        options.documents(), options.model(), options.count(), QUERIES, options.seed());
  }

  /** An engine that is empty. */
  private interface Opener {
    StoreEngine open(Path folder, int dimensions);
  }

  private static final List<Opener> ENGINES =
      List.of(
          FreshetEngine::new,
          (folder, dimensions) -> new JVectorEngine(dimensions),
          (folder, dimensions) -> new LuceneEngine(folder));

  /**
   * All of it with a part of the vectors first, and again until each engine has had its time: what
   * is measured has been compiled then, and its memory been touched.
   */
  private static List<EngineBenchmark.Row> compare(
      VectorSet set, boolean changes, Path folder, PrintWriter log) throws IOException {
    VectorSet part = set.first(Math.min(set.vectors().length, WARM_UP));
    List<Set<Integer>> truth = EngineBenchmark.truth(part);
    PrintWriter silent = new PrintWriter(Writer.nullWriter());
    for (int turn = 0; turn < WARM_UP_TURNS; turn++) {
      for (Opener opener : ENGINES) {
        List<Opener> one = List.of(opener);
        long until = EngineBenchmark.cpu() + WARM_UP_TIME.toNanos();
        do {
          Path warmUp = folder.resolve("warm-up");
          opened(
              one,
              List.of(),
              part.dimensions(),
              warmUp,
              engines ->
                  new EngineBenchmark(part, truth, engines, anew(one, part, warmUp), silent)
                      .run(changes ? 1 : 0));
          Folders.delete(warmUp);
        } while (EngineBenchmark.cpu() < until);
      }
    }
    List<Set<Integer>> all = EngineBenchmark.truth(set);
    Path measured = folder.resolve("measured");
    return opened(
        ENGINES,
        List.of(),
        set.dimensions(),
        measured,
        engines ->
            new EngineBenchmark(set, all, engines, anew(ENGINES, set, measured), log)
                .run(changes ? CHANGE_ROUNDS : 0));
  }

  /** Opens engines again, each time in another folder. */
  private static IntFunction<StoreEngine> anew(List<Opener> openers, VectorSet set, Path folder) {
    AtomicInteger number = new AtomicInteger();
    return engine ->
        openers
            .get(engine)
            .open(folder.resolve("again-" + number.getAndIncrement()), set.dimensions());
  }

  /** Opens one after the other, and closes those that are open whatever happens. */
  private static List<EngineBenchmark.Row> opened(
      List<Opener> left,
      List<StoreEngine> open,
      int dimensions,
      Path folder,
      Function<List<StoreEngine>, List<EngineBenchmark.Row>> use) {
    if (left.isEmpty()) {
      return use.apply(open);
    }
    Path own = folder.resolve("engine-" + open.size());
    try (StoreEngine engine = left.get(0).open(own, dimensions)) {
      List<StoreEngine> more = new ArrayList<>(open);
      more.add(engine);
      return opened(left.subList(1, left.size()), more, dimensions, folder, use);
    }
  }
}
