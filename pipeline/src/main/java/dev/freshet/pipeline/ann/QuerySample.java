package dev.freshet.pipeline.ann;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Queries to calibrate on: some of the last ones that were asked, and vectors of documents, which
 * stand in for queries that nobody has asked yet. Thread-safe.
 */
final class QuerySample {
  private static final int ASKED = 40;
  private static final int DOCUMENTS = 40;
  private static final int EVERY = 32;
  private static final int ATTEMPTS = 16;

  private final AtomicReferenceArray<float[]> asked = new AtomicReferenceArray<>(ASKED);
  private final AtomicLong searches = new AtomicLong();

  /** Told of every query; keeps the first and then some. */
  void offer(float[] rotated) {
    long number = searches.getAndIncrement();
    if (number < ASKED || number % EVERY == 0) {
      long slot = number < ASKED ? number : number / EVERY;
      asked.set((int) (slot % ASKED), rotated);
    }
  }

  /** The sample, of documents as well. */
  List<Calibrator.Sample> with(CellTable table, long change, int cellRows, Random random) {
    List<Calibrator.Sample> sample = new ArrayList<>(ASKED + DOCUMENTS);
    for (int i = 0; i < ASKED; i++) {
      float[] query = asked.get(i);
      if (query != null) {
        sample.add(new Calibrator.Sample(query, -1));
      }
    }
    int documents = 0;
    for (int i = 0; i < DOCUMENTS * ATTEMPTS && sample.size() < DOCUMENTS; i++) {
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
          float[] vector = rows.codes().posting(row).decode();
          sample.add(new Calibrator.Sample(vector, version.document()));
          documents++;
        }
      }
    }
    return sample;
  }
}
