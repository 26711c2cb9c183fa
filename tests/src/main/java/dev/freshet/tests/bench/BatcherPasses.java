package dev.freshet.tests.bench;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.encoder.Priority;
import dev.freshet.model.service.BatchStatistics;
import dev.freshet.model.service.Encoders;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/**
 * One encoder's batcher, given the same sequences again and again, all of them queued at once. For
 * one thread.
 */
final class BatcherPasses implements AutoCloseable {
  /** Computed before the first pass. */
  private static final int WARM_UP = 32;

  private final int threads;
  private final List<int[]> sequences;
  private final double operations;
  private final DoubleSupplier reference;
  private final Encoder encoder;
  private final List<EncodeReport.BatcherResult> passes = new ArrayList<>();

  /**
   * @param threads batches computed at a time
   * @param sequences at least 32
   * @param operations of the products of all sequences, without padding
   * @param reference measures the rate of plain products, GFLOP a CPU-second
   */
  BatcherPasses(
      EncoderSettings settings,
      int threads,
      List<int[]> sequences,
      double operations,
      DoubleSupplier reference) {
    this.threads = threads;
    this.sequences = sequences;
    this.operations = operations;
    this.reference = reference;
    this.encoder =
        Encoders.acquire(
            new EncoderSettings(
                settings.model(),
                settings.modules(),
                "cpu",
                threads,
                settings.batchTokens(),
                settings.batchWait(),
                null,
                null,
                null,
                0,
                1));
    encode(sequences.subList(0, WARM_UP));
  }

  /** Once more; tokens a second by wall time. */
  double pass() {
    double referenceBefore = reference.getAsDouble();
    BatchStatistics before = Encoders.statistics(encoder);
    long wall = System.nanoTime();
    long cpu = CpuClock.process();
    encode(sequences);
    long cpuNanos = CpuClock.process() - cpu;
    long wallNanos = System.nanoTime() - wall;
    BatchStatistics after = Encoders.statistics(encoder);
    double referenceRate = (referenceBefore + reference.getAsDouble()) / 2;
    long tokens = after.tokens() - before.tokens();
    long padding = after.paddingTokens() - before.paddingTokens();
    passes.add(
        new EncodeReport.BatcherResult(
            threads,
            operations / cpuNanos,
            operations / cpuNanos / referenceRate,
            1e9 * tokens / wallNanos,
            (double) padding / (tokens + padding),
            (double) (after.sequences() - before.sequences())
                / (after.batches() - before.batches())));
    return 1e9 * tokens / wallNanos;
  }

  private void encode(List<int[]> some) {
    List<CompletableFuture<float[]>> futures = new ArrayList<>();
    for (int[] sequence : some) {
      futures.add(encoder.encode(sequence, Priority.SERVED));
    }
    futures.forEach(CompletableFuture::join);
  }

  /** Medians over the passes; there must be one. */
  EncodeReport.BatcherResult result() {
    return new EncodeReport.BatcherResult(
        threads,
        median(EncodeReport.BatcherResult::gflops),
        median(EncodeReport.BatcherResult::sgemmShare),
        median(EncodeReport.BatcherResult::tokensPerSecond),
        median(EncodeReport.BatcherResult::paddingShare),
        median(EncodeReport.BatcherResult::meanBatch));
  }

  private double median(ToDoubleFunction<EncodeReport.BatcherResult> figure) {
    return CpuClock.median(passes.stream().mapToDouble(figure).toArray());
  }

  @Override
  public void close() {
    encoder.close();
  }
}
