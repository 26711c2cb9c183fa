package dev.freshet.training.round;

import dev.freshet.training.optimise.DivergedException;
import dev.freshet.training.optimise.StepReport;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes a {@link RoundHistory} while its round runs, and sees when the loss explodes. One thread.
 */
final class RoundRecorder {
  private static final int ROWS = 60;

  /** Rows that are taken together: a single step may overshoot and come back. */
  private static final int COMPARED = 5;

  /** A loss that has doubled, and stayed so, is no noise of small batches any more. */
  private static final double EXPLODED = 2;

  /**
   * Nats. Modules that are trained further begin with hardly any loss on what they know, and twice
   * that is still hardly any.
   */
  private static final double LITTLE = 0.25;

  /** Of the loss of chance: what is above one and was below the other has unlearned everything. */
  private static final double CHANCE = 0.95;

  private static final double LEARNED = 0.8;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final List<RoundHistory.Loss> losses;
  private final List<RoundHistory.Quality> qualities;
  private final long rowSteps;
  private final long steps;
  private final double chance;
  private long taken;
  private double cpuSeconds;
  private double wallSeconds;
  private long cpuMark;
  private long wallMark;
  private double sum;
  private int summed;

  /**
   * Takes up a history, on the thread that will train.
   *
   * @param steps of the whole round
   * @param chance the loss of a model that tells nothing apart
   */
  RoundRecorder(RoundHistory history, long steps, double chance) {
    losses = new ArrayList<>(history.losses());
    qualities = new ArrayList<>(history.qualities());
    taken = history.steps();
    cpuSeconds = history.cpuSeconds();
    this.steps = steps;
    this.chance = chance;
    rowSteps = Math.max(1, steps / ROWS);
    wallSeconds = history.wallSeconds();
    leaveOut();
  }

  /** What was computed since the last mark was training. */
  private void count() {
    cpuSeconds += (THREADS.getCurrentThreadCpuTime() - cpuMark) / 1e9;
    wallSeconds += (System.nanoTime() - wallMark) / 1e9;
    leaveOut();
  }

  /** What was computed since the last mark was no training. */
  void leaveOut() {
    cpuMark = THREADS.getCurrentThreadCpuTime();
    wallMark = System.nanoTime();
  }

  /**
   * Takes a step down.
   *
   * @return whether a row ended with it
   * @throws DivergedException when the loss is twice what it had come down to, or was below that of
   *     chance and is there again
   */
  boolean step(StepReport report) {
    count();
    taken = report.step();
    sum += report.loss();
    summed++;
    if (report.step() % rowSteps != 0 && report.step() != steps) {
      return false;
    }
    losses.add(new RoundHistory.Loss(report.step(), cpuSeconds, sum / summed));
    sum = 0;
    summed = 0;
    checkNotExploded(report);
    return true;
  }

  private void checkNotExploded(StepReport report) {
    int rows = losses.size();
    if (rows < 2 * COMPARED) {
      return;
    }
    double lowest = Double.POSITIVE_INFINITY;
    for (int end = COMPARED; end <= rows - COMPARED; end++) {
      lowest = Math.min(lowest, mean(losses.subList(end - COMPARED, end)));
    }
    double last = mean(losses.subList(rows - COMPARED, rows));
    if (last > EXPLODED * Math.max(lowest, LITTLE)) {
      throw diverged(
          String.format(Locale.ROOT, "the loss has grown from %.4g to %.4g", lowest, last), report);
    }
    if (lowest < LEARNED * chance && last > Math.max(CHANCE * chance, LITTLE)) {
      throw diverged(
          String.format(
              Locale.ROOT,
              "the loss was %.4g and is %.4g, as of a model that tells nothing apart (%.4g),",
              lowest,
              last,
              chance),
          report);
    }
  }

  private DivergedException diverged(String what, StepReport report) {
    return new DivergedException(
        String.format(
            Locale.ROOT,
            "%s by step %d of %d, at a learning rate of %.3g: try a lower one",
            what,
            report.step(),
            steps,
            report.learningRate()));
  }

  private static double mean(List<RoundHistory.Loss> rows) {
    return rows.stream().mapToDouble(RoundHistory.Loss::loss).average().orElseThrow();
  }

  /** Takes a look down. */
  void quality(long step, double value) {
    qualities.add(new RoundHistory.Quality(step, cpuSeconds, value));
  }

  RoundHistory history() {
    return new RoundHistory(taken, losses, qualities, cpuSeconds, wallSeconds);
  }
}
