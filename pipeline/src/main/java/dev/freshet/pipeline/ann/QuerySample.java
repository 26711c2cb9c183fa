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
  private int turn;

  /** Of the places, how many have been taken once; who takes writes it. */
  private volatile int taken;

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

  /** How many of the queries that were asked have been taken, each counted once. */
  int taken() {
    return taken;
  }

  /**
   * Queries that have not been taken yet, then others in turn, and documents for the share of the
   * places that nobody has filled. Fewer than wanted only where the index is next to empty.
   */
  List<Calibrator.Sample> take(int wanted, CellView view, int cellRows, Random random) {
    List<Calibrator.Sample> sample = new ArrayList<>(wanted);
    int known = (int) Math.min(size, searches.get());
    int first = taken;
    int fresh = Math.min(wanted, known - first);
    for (int i = 0; i < fresh; i++) {
      add(sample, first + i);
    }
    taken = first + fresh;
    for (int i = fresh; i < wanted; i++) {
      if (random.nextInt(size) < known) {
        turn = turn < known ? turn : 0;
        add(sample, turn++);
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

  private void add(List<Calibrator.Sample> sample, int place) {
    float[] query = asked.get(place);
    if (query != null) {
      sample.add(new Calibrator.Sample(query, -1));
    }
  }
}
