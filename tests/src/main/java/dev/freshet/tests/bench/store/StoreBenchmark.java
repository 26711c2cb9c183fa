package dev.freshet.tests.bench.store;

import dev.freshet.model.encoder.EncoderSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The vector store: against JVector and Lucene on the same vectors, and by itself under filters,
 * under a stream of changes, and when it is opened.
 */
public final class StoreBenchmark {
  private static final int QUERIES = 500;

  /** Vectors of the warm-up: enough for cells. */
  private static final int WARM_UP = 30_000;

  private StoreBenchmark() {}

  /** A part of the benchmark. */
  public enum Part {
    ENGINES,
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
            "%-10s %-8s %8d %4d %9.0f %9.0f %9.0f %6.2f%s",
            row.vectors(),
            row.engine(),
            row.count(),
            row.dimensions(),
            row.inserts(),
            row.replaced(),
            row.deleted(),
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
            "%-10s %d operations on %d: recall %s, built fresh %.3f; p99 %.2f ms, at rest %.2f ms",
            row.vectors(),
            row.operations(),
            row.count(),
            row.recall(),
            row.fresh(),
            row.p99During(),
            row.p99Rest());
      }
      for (StoreRuns.Opened row : opened) {
        line(table, "%-10s %d open after %.1f s", row.vectors(), row.count(), row.seconds());
      }
      return table.toString();
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
      if (options.parts().contains(Part.ENGINES)) {
        engines.addAll(compare(set, folder.resolve("engines"), log));
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

  /**
   * All of it once with a part of the vectors first, so that what is measured has been compiled,
   * and its memory been touched, for every engine.
   */
  private static List<EngineBenchmark.Row> compare(VectorSet set, Path folder, PrintWriter log) {
    int part = Math.min(set.vectors().length, WARM_UP);
    rows(set.first(part), folder.resolve("warm-up"), new PrintWriter(Writer.nullWriter()));
    return rows(set, folder.resolve("measured"), log);
  }

  private static List<EngineBenchmark.Row> rows(VectorSet set, Path folder, PrintWriter log) {
    try (FreshetEngine freshet = new FreshetEngine(folder.resolve("freshet"), set.dimensions());
        JVectorEngine jvector = new JVectorEngine(set.dimensions());
        LuceneEngine lucene = new LuceneEngine(folder.resolve("lucene"))) {
      return new EngineBenchmark(set, List.of(freshet, jvector, lucene), log).run();
    }
  }
}
