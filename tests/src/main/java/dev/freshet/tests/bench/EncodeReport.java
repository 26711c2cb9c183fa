package dev.freshet.tests.bench;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Everything measured.
 *
 * @param model what was run
 * @param modules the tuning method and its widths, or null for the frozen model
 * @param workload where its lengths come from
 * @param meanLength tokens a sequence
 * @param linearsGflops products of the model's linear layers at 1024 rows, GFLOP a CPU-second
 * @param squareGflops one square product of 1024 a side, GFLOP a CPU-second
 * @param reference which of both is the faster and so the reference
 * @param batches one for each batch size
 * @param slowdowns of the tuned model, one for each batch size; none for the frozen model
 * @param batcher one for each number of threads
 * @param twoThreadSpeedup wall rate through the batcher of two threads over that of one: the median
 *     of the ratios of rounds in turn
 */
record EncodeReport(
    String model,
    @Nullable String modules,
    String workload,
    double meanLength,
    double linearsGflops,
    double squareGflops,
    String reference,
    List<BatchResult> batches,
    List<Slowdown> slowdowns,
    List<BatcherResult> batcher,
    double twoThreadSpeedup) {

  /**
   * Medians over all rounds for one batch size.
   *
   * @param batch sequences in a batch
   * @param gflops GFLOP a CPU-second, all matrix products, padding included
   * @param sgemmShare that over the reference rate of the same pair: 1 is the most there is
   * @param tokensPerCpuSecond tokens of the sequences, without padding
   * @param tokensPerSecond the same by wall time
   * @param paddingShare padding among all tokens computed
   */
  record BatchResult(
      int batch,
      double gflops,
      double sgemmShare,
      double tokensPerCpuSecond,
      double tokensPerSecond,
      double paddingShare) {}

  /**
   * The whole way through {@link Encoder#encode}, everything queued at once; medians over all
   * rounds.
   *
   * @param threads batches computed at a time
   * @param gflops useful GFLOP (padding does not count) a CPU-second of the whole process
   * @param sgemmShare that over the reference rate just before and after
   * @param tokensPerSecond by wall time, without padding
   * @param paddingShare padding among all tokens computed
   * @param meanBatch sequences a batch
   */
  record BatcherResult(
      int threads,
      double gflops,
      double sgemmShare,
      double tokensPerSecond,
      double paddingShare,
      double meanBatch) {}

  /**
   * The tuned model against the frozen one, batch by batch in turns.
   *
   * @param batch sequences in a batch
   * @param median of the ratios of CPU time, one ratio a round; 1 is as fast
   * @param least of them
   * @param most of them
   * @param arithmetic the ratio of their multiplications
   */
  record Slowdown(int batch, double median, double least, double most, double arithmetic) {}

  /** For people to read. */
  public String table() {
    StringBuilder out = new StringBuilder();
    line(out, "model      %s", model);
    if (modules != null) {
      line(out, "modules    %s", modules);
    }
    line(out, "lengths    %s, mean %.1f tokens", workload, meanLength);
    line(out, "sgemm      linears %.1f, square %.1f GFLOP/cpu-s", linearsGflops, squareGflops);
    line(out, "reference  %s, the faster of both", reference);
    line(
        out,
        "%-12s %12s %9s %12s %10s %9s",
        "",
        "GFLOP/cpu-s",
        "of sgemm",
        "tokens/cpu-s",
        "tokens/s",
        "padding");
    for (BatchResult b : batches) {
      line(
          out,
          "%-12s %12.1f %9.2f %12.0f %10.0f %8.1f%%",
          "batch " + b.batch,
          b.gflops,
          b.sgemmShare,
          b.tokensPerCpuSecond,
          b.tokensPerSecond,
          100 * b.paddingShare);
    }
    for (BatcherResult b : batcher) {
      line(
          out,
          "%-12s %12.1f %9.2f %12s %10.0f %8.1f%%   %.1f sequences a batch",
          "batcher x" + b.threads,
          b.gflops,
          b.sgemmShare,
          "",
          b.tokensPerSecond,
          100 * b.paddingShare,
          b.meanBatch);
    }
    for (Slowdown s : slowdowns) {
      line(
          out,
          "%-12s %.3f times the frozen model's time (%.3f to %.3f); its products alone %.3f",
          "tuned, " + s.batch,
          s.median,
          s.least,
          s.most,
          s.arithmetic);
    }
    line(out, "two threads are %.2f times as fast as one", twoThreadSpeedup);
    return out.toString();
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
