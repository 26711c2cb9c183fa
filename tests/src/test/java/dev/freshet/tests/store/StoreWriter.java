package dev.freshet.tests.store;

import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The process that is killed: goes on with the log where the store says, prints a line before and
 * after every write, and {@link #DONE} at the end. For every line it is given a byte, and it is one
 * line ahead of them: killed at the line that announces a write, it is in the middle of it.
 */
final class StoreWriter {
  static final String DONE = "done";

  /** Small buffers: a kill also meets flushes and compactions. */
  static final StoreSettings SETTINGS =
      new StoreSettings(1 << 20, 1 << 20, Duration.ofDays(36_500));

  /** Batches of 1 to 1,024 records, so that the kill meets writes at every stage. */
  private static final int LARGEST_BATCH_BITS = 10;

  private static final int LINES_AHEAD = 1;

  private int lines;

  private StoreWriter() {}

  /** Arguments: directory, seed of the log, records in it, seed of the batches. */
  public static void main(String[] args) throws IOException {
    ChangeLog log = new ChangeLog(Long.parseLong(args[1]), Integer.parseInt(args[2]));
    new StoreWriter().write(Path.of(args[0]), log, new Random(Long.parseLong(args[3])));
    System.out.println(DONE);
  }

  private void write(Path directory, ChangeLog log, Random random) throws IOException {
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      store.createGeneration(ChangeLog.GENERATION, ChangeLog.DIMENSIONS);
      while (writeSome(store, log, random)) {
        say("written");
      }
    }
    // What it was given for the lines that it was ahead, or the giver would find the pipe broken.
    System.in.readNBytes(Math.min(lines, LINES_AHEAD));
  }

  private boolean writeSome(VectorStore store, ChangeLog log, Random random) throws IOException {
    Map<Integer, Long> offsets = store.offsets(ChangeLog.GENERATION);
    int first = random.nextInt(ChangeLog.PARTITIONS);
    for (int i = 0; i < ChangeLog.PARTITIONS; i++) {
      int partition = (first + i) % ChangeLog.PARTITIONS;
      long from = offsets.getOrDefault(partition, 0L);
      int most = 1 << random.nextInt(LARGEST_BATCH_BITS + 1);
      List<VectorRecord> batch = log.read(partition, from, most);
      if (!batch.isEmpty()) {
        say("writing");
        store.apply(ChangeLog.GENERATION, batch, Map.of(partition, from + batch.size()));
        return true;
      }
    }
    return false;
  }

  private void say(String line) throws IOException {
    System.out.println(line);
    if (++lines > LINES_AHEAD && System.in.read() < 0) {
      throw new IOException("nobody reads these lines any more");
    }
  }
}
