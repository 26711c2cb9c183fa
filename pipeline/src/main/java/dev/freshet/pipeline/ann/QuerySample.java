package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Queries to calibrate on: some of the last ones that were asked, and as long as those are few
 * vectors of documents in their place. Any thread offers; one at a time takes.
 */
final class QuerySample {
  private static final int EVERY = 32;
  private static final int ATTEMPTS = 16;

  private final int size;
  private final AtomicReferenceArray<float[]> asked;
  private final AtomicLong searches = new AtomicLong();
  private int next;

  /**
   * @param size queries that are kept
   */
  QuerySample(int size) {
    this.size = size;
    this.asked = new AtomicReferenceArray<>(size);
  }

  /**
   * Told of every query; keeps the first and then some.
   *
   * @return how many there have been
   */
  long offer(float[] rotated) {
    long number = searches.getAndIncrement();
    if (number < size || number % EVERY == 0) {
      long slot = number < size ? number : number / EVERY;
      asked.set((int) (slot % size), rotated);
    }
    return number + 1;
  }

  /** The next of them in turn; fewer than wanted only where the index is next to empty. */
  List<Calibrator.Sample> next(int wanted, CellView view, int cellRows, Random random) {
    List<Calibrator.Sample> sample = new ArrayList<>(wanted);
    int known = (int) Math.min(size, searches.get());
    for (int i = 0; i < Math.min(wanted, known); i++) {
      next = next + 1 < known ? next + 1 : 0;
      float[] query = asked.get(next);
      if (query != null) {
        sample.add(new Calibrator.Sample(query, -1));
      }
    }
    for (int i = 0; i < wanted * ATTEMPTS && sample.size() < wanted; i++) {
      CellTable table = view.table();
      Cell cell = table.at(random.nextInt(table.cells()));
      Rows rows = cell.rows();
      int count = rows.published();
      // A row of a small cell must not come up more often than one of a large cell.
      int row = random.nextInt(Math.max(count, cellRows));
      if (row < count && rows.version(row).isLive(view.change()) && !cell.hasLeft(row)) {
        float[] vector = rows.codes().decode(row);
        sample.add(new Calibrator.Sample(vector, rows.version(row).document()));
      }
    }
    return sample;
  }
}
