package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * One writer, several readers, and an index so small inside that rows are moved all the time.
 * Version v of a document has 1 + v % 4 passages, and all of its vectors say v: a search that saw a
 * document twice, half or not at all can be told from one that did not.
 */
abstract class ConcurrencyContractTest {
  private static final int DIMENSIONS = 4;
  private static final int STABLE = 40;
  private static final int CHANGING = 40;
  private static final int COMING_AND_GOING = 40;
  private static final int ALL = STABLE + CHANGING + COMING_AND_GOING;
  private static final int READERS = 3;

  private static final int WITHOUT_END = Integer.MAX_VALUE;

  /** An empty index that moves rows often. */
  abstract VectorIndex index(int dimensions);

  /** Documents to write beside the readers. */
  int writes() {
    return 60_000;
  }

  /** After so many, versions begin anew, for an index that rounds: it must tell them apart. */
  int versions() {
    return WITHOUT_END;
  }

  private final VectorIndex index = index(DIMENSIONS);
  private final AtomicBoolean written = new AtomicBoolean();

  @Test
  void everySearchSeesTheIndexAsOfOneChange() throws Exception {
    for (int document = 0; document < STABLE + CHANGING; document++) {
      index.upsert(document, passages(0));
    }
    ExecutorService threads = Executors.newFixedThreadPool(READERS);
    try {
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(threads.submit(this::readUntilWritten));
      }
      write();
      written.set(true);
      long searches = 0;
      for (Future<Long> reader : readers) {
        searches += reader.get(1, TimeUnit.MINUTES);
      }
      assertThat(searches).isGreaterThan(READERS);
    } finally {
      written.set(true);
      threads.shutdownNow();
    }
  }

  /** Changing documents go up by one version, in turn, so that at most two versions are alive. */
  private void write() {
    Random random = new Random(3);
    for (int i = 0; i < writes(); i++) {
      int version = (1 + i / CHANGING) % versions();
      index.upsert(STABLE + i % CHANGING, passages(version));
      int guest = STABLE + CHANGING + random.nextInt(COMING_AND_GOING);
      if (random.nextBoolean()) {
        index.upsert(guest, passages(version));
      } else {
        index.remove(guest);
      }
    }
  }

  private long readUntilWritten() {
    long searches = 0;
    int[] newest = new int[ALL];
    do {
      List<ScoredPassage> hits = index.search(new float[] {1, 0, 0, 0}, 2 * ALL, d -> true);
      check(hits, newest);
      searches++;
    } while (!written.get());
    return searches;
  }

  /**
   * @param newest by document, the version that this reader saw last
   */
  private void check(List<ScoredPassage> hits, int[] newest) {
    boolean[] seen = new boolean[ALL];
    Set<Integer> versions = new TreeSet<>();
    for (ScoredPassage hit : hits) {
      assertThat(seen[hit.document()]).as("document %d twice", hit.document()).isFalse();
      seen[hit.document()] = true;
      int version = Math.round(hit.score());
      assertThat(hit.passage()).as("best passage of version %d", version).isEqualTo(version % 4);
      if (hit.document() >= STABLE && hit.document() < STABLE + CHANGING) {
        versions.add(version);
        if (versions() == WITHOUT_END) {
          assertThat(version).isGreaterThanOrEqualTo(newest[hit.document()]);
          newest[hit.document()] = version;
        }
      }
    }
    for (int document = 0; document < STABLE + CHANGING; document++) {
      assertThat(seen[document]).as("document %d is there", document).isTrue();
    }
    assertThat(versions).as("versions of one moment").hasSizeBetween(1, 2);
    int first = versions.iterator().next();
    assertThat(versions)
        .allMatch(version -> version == first || version - first == 1 || version == versions() - 1);
  }

  /** The last passage is the best one: a search that missed it would answer another. */
  private static float[][] passages(int version) {
    float[][] passages = new float[1 + version % 4][DIMENSIONS];
    for (float[] passage : passages) {
      Arrays.fill(passage, -1);
    }
    passages[passages.length - 1][0] = version;
    return passages;
  }
}
