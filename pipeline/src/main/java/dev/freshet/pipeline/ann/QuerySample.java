package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Queries to calibrate on: some of the last ones that were asked, and as long as those are few
 * vectors of documents in their place. Thread-safe.
 */
final class QuerySample {
  private static final int SIZE = 40;
  private static final int EVERY = 32;
  private static final int ATTEMPTS = 16;

  private final AtomicReferenceArray<float[]> asked = new AtomicReferenceArray<>(SIZE);
  private final AtomicLong searches = new AtomicLong();

  /** Told of every query; keeps the first and then some. */
  void offer(float[] rotated) {
    long number = searches.getAndIncrement();
    if (number < SIZE || number % EVERY == 0) {
      long slot = number < SIZE ? number : number / EVERY;
      asked.set((int) (slot % SIZE), rotated);
    }
  }

  /** The sample. */
  List<Calibrator.Sample> with(CellTable table, long change, int cellRows, Random random) {
    List<Calibrator.Sample> sample = new ArrayList<>(SIZE);
    for (int i = 0; i < SIZE; i++) {
      float[] query = asked.get(i);
      if (query != null) {
        sample.add(new Calibrator.Sample(query, -1));
      }
    }
    for (int i = 0; i < SIZE * ATTEMPTS && sample.size() < SIZE; i++) {
      Cell cell = table.at(random.nextInt(table.cells()));
      Rows rows = cell.rows();
      int count = rows.published();
      if (count > 0) {
        // A row of a small cell must not come up more often than one of a large cell.
        int row = random.nextInt(Math.max(count, cellRows));
        if (row >= count) {
          continue;
        }
        Version version = rows.version(row);
        if (version.isLive(change) && !cell.hasLeft(row)) {
          float[] vector = rows.codes().decode(row);
          sample.add(new Calibrator.Sample(vector, version.document()));
        }
      }
    }
    return sample;
  }
}
