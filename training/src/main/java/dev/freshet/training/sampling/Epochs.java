package dev.freshet.training.sampling;

import java.util.Random;

/**
 * In which order examples are seen: all of them once an epoch, in an order of the epoch's own. What
 * does not fill a batch at an epoch's end is left out of it. Not thread-safe.
 */
public final class Epochs {
  private final int examples;
  private final int batch;
  private final long seed;
  private long orderedEpoch = -1;
  private int[] order = new int[0];

  /**
   * @param examples how many there are, at least 1
   * @param batch how many a step sees; all of them where there are fewer
   */
  public Epochs(int examples, int batch, long seed) {
    this.examples = examples;
    this.batch = Math.min(batch, examples);
    this.seed = seed;
  }

  public long stepsAnEpoch() {
    return examples / batch;
  }

  /** The epoch that a step belongs to; both count from 0. */
  public long epoch(long step) {
    return step / stepsAnEpoch();
  }

  /** Indices of the examples of a step, each at most once. */
  public int[] batch(long step) {
    long epoch = epoch(step);
    if (epoch != orderedEpoch) {
      order = shuffled(examples, seed, epoch);
      orderedEpoch = epoch;
    }
    int[] indices = new int[batch];
    int from = Math.toIntExact(step % stepsAnEpoch()) * batch;
    System.arraycopy(order, from, indices, 0, batch);
    return indices;
  }

  /** The numbers below {@code size} in random order (Fisher-Yates). */
  public static int[] shuffled(int size, long seed, long epoch) {
    Random random = Seeds.random(seed, epoch);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
