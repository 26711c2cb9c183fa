package dev.freshet.tests.bench;

import dev.freshet.pipeline.ann.ExactIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How close exact search comes to what memory allows: gigabytes of vectors a second, against adding
 * up as many floats. Search and scan take turns, pair by pair, so that a change of the machine's
 * speed hits both; medians are compared.
 */
public final class SearchBenchmark {
  private static final int BLOCK_FLOATS = 2 << 20;
  private static final int K = 10;

  private SearchBenchmark() {}

  /**
   * What to measure.
   *
   * @param cases sizes of the collection
   * @param threads thread counts, each at least 1
   * @param pairs searches and scans to measure for each, at least 1
   * @param warmupPairs pairs before these that are not counted
   * @param seed of the vectors
   */
  public record Options(
      List<Case> cases, List<Integer> threads, int pairs, int warmupPairs, long seed) {
    public Options {
      cases = List.copyOf(cases);
      threads = List.copyOf(threads);
      if (pairs < 1 || warmupPairs < 0 || threads.stream().anyMatch(count -> count < 1)) {
        throw new IllegalArgumentException(
            "%d pairs, %d warm-up pairs, threads %s: pairs and threads must be at least 1"
                .formatted(pairs, warmupPairs, threads));
      }
    }

    /** A collection beyond every cache and a small one, on one and two threads. */
    public static Options defaults() {
      return new Options(
          List.of(new Case(200_000, 384), new Case(10_000, 384)), List.of(1, 2), 41, 10, 1);
    }
  }

  /** A collection of so many vectors of so many dimensions. */
  public record Case(int vectors, int dimensions) {
    /** Bytes of the vectors. */
    public long bytes() {
      return (long) Float.BYTES * vectors * dimensions;
    }
  }

  /**
   * One measured case.
   *
   * @param searchMillis median time of a search
   * @param scanMillis median time of a scan of as many bytes
   */
  public record Row(Case of, int threads, double searchMillis, double scanMillis) {
    /** Gigabytes (1e9 bytes) of vectors that a search goes through a second. */
    public double searchGigabytes() {
      return of.bytes() / searchMillis / 1e6;
    }

    /** Gigabytes (1e9 bytes) that a scan goes through a second. */
    public double scanGigabytes() {
      return of.bytes() / scanMillis / 1e6;
    }

    /** The search's throughput as a share of the scan's. */
    public double ratio() {
      return scanMillis / searchMillis;
    }
  }

  /**
   * What was measured.
   *
   * @param checksum of all answers and sums: keeps the work from being optimised away
   */
  public record Result(List<Row> rows, double checksum) {
    public Result {
      rows = List.copyOf(rows);
    }

    /** A table, one line a case. */
    public String table() {
      StringBuilder table =
          new StringBuilder(
              "  vectors  dimensions  threads  search ms  search GB/s  scan GB/s  ratio\n");
      for (Row row : rows) {
        table.append(
            String.format(
                Locale.ROOT,
                "%9d  %10d  %7d  %9.2f  %11.1f  %9.1f  %5.2f%n",
                row.of().vectors(),
                row.of().dimensions(),
                row.threads(),
                row.searchMillis(),
                row.searchGigabytes(),
                row.scanGigabytes(),
                row.ratio()));
      }
      return table.toString();
    }
  }

  /** Measures; needs memory for the largest collection twice. */
  public static Result run(Options options) {
    List<Row> rows = new ArrayList<>();
    Checksum checksum = new Checksum();
    for (Case of : options.cases()) {
      float[][] vectors = vectors(of, new Random(options.seed()));
      List<float[]> blocks = blocks(vectors);
      for (int threads : options.threads()) {
        ExactIndex index = new ExactIndex(of.dimensions(), threads);
        for (int i = 0; i < vectors.length; i++) {
          index.upsert(i, new float[][] {vectors[i]});
        }
        rows.add(measure(options, of, threads, index, blocks, checksum));
      }
    }
    return new Result(rows, checksum.value);
  }

  private static Row measure(
      Options options,
      Case of,
      int threads,
      ExactIndex index,
      List<float[]> blocks,
      Checksum checksum) {
    Random random = new Random(options.seed() + 1);
    double[] search = new double[options.pairs()];
    double[] scan = new double[options.pairs()];
    for (int i = -options.warmupPairs(); i < options.pairs(); i++) {
      float[] query = vectors(new Case(1, of.dimensions()), random)[0];
      long start = System.nanoTime();
      checksum.value += index.search(query, K, document -> true).get(0).score();
      long between = System.nanoTime();
      checksum.value += MemoryScan.sum(blocks, threads);
      long end = System.nanoTime();
      if (i >= 0) {
        search[i] = (between - start) / 1e6;
        scan[i] = (end - between) / 1e6;
      }
    }
    return new Row(of, threads, median(search), median(scan));
  }

  private static float[][] vectors(Case of, Random random) {
    float[][] vectors = new float[of.vectors()][of.dimensions()];
    for (float[] vector : vectors) {
      double norm = 0;
      for (int d = 0; d < vector.length; d++) {
        vector[d] = random.nextFloat() - 0.5f;
        norm += vector[d] * vector[d];
      }
      for (int d = 0; d < vector.length; d++) {
        vector[d] /= (float) Math.sqrt(norm);
      }
    }
    return vectors;
  }

  /** The same floats in blocks as large as the index's. */
  private static List<float[]> blocks(float[][] vectors) {
    int dimensions = vectors[0].length;
    int rows = Math.max(1, BLOCK_FLOATS / dimensions);
    List<float[]> blocks = new ArrayList<>();
    for (int first = 0; first < vectors.length; first += rows) {
      int count = Math.min(rows, vectors.length - first);
      float[] block = new float[count * dimensions];
      for (int i = 0; i < count; i++) {
        System.arraycopy(vectors[first + i], 0, block, i * dimensions, dimensions);
      }
      blocks.add(block);
    }
    return blocks;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static final class Checksum {
    private double value;
  }
}
