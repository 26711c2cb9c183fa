package dev.freshet.tests.bench.store;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.search.GenerationIndex;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import dev.freshet.tests.bench.Quantiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What only the store itself is asked: filters, a stream of changes, opening. */
final class StoreRuns {
  private static final int K = 10;
  private static final int BATCH = 64;
  private static final int WARM_UPS = 10;
  private static final double RECALL = 0.95;
  private static final int[] SELECTIVITIES = {2, 10, 100, 1_000};

  /** Operations of the stream, of the collection's size, for either way of searching. */
  private static final int TURNS = 5;

  private static final int LOOKS = 5;

  /** Of a vector's norm: what one that is like it differs by. */
  private static final float NOISE = 0.2f;

  private static final int WARM_UP = 2_000;

  /** Searches after each batch of changes, where one follows the other. */
  private static final int SEARCHES = 16;

  private static final int GENERATION = 1;

  private StoreRuns() {}

  /**
   * @param oneIn document passes the filter
   * @param perCpuSecond queries
   */
  record Filtered(String vectors, int oneIn, double recall, double perCpuSecond) {}

  /**
   * @param recall at looks in even distances, all along
   * @param fresh recall of an index that is built of the final state
   * @param p99Rest of searches before the changes, milliseconds
   * @param p99Alternating of searches that follow a batch of changes each
   * @param p99Beside of searches beside a writer at full speed, in a thread of their own
   */
  record Stream(
      String vectors,
      int count,
      long operations,
      List<Double> recall,
      double fresh,
      double p99Rest,
      double p99Alternating,
      double p99Beside) {
    Stream {
      recall = List.copyOf(recall);
    }
  }

  /**
   * @param seconds until searches are answered, words included
   */
  record Opened(String vectors, int count, double seconds, double memory) {}

  static List<Filtered> filtered(VectorSet set, Path directory) {
    List<Filtered> rows = new ArrayList<>();
    Truth truth = new Truth(set.dimensions());
    try (FreshetEngine engine = new FreshetEngine(directory, set.dimensions())) {
      fill(engine, truth, set, set.vectors().length);
      for (int oneIn : SELECTIVITIES) {
        // Ids are random with respect to vectors.
        IntPredicate accept = id -> id % oneIn == 0;
        List<int[]> answers = new ArrayList<>();
        Runnable ask =
            () -> {
              answers.clear();
              for (float[] query : set.queries()) {
                answers.add(engine.search(query, K, accept, RECALL));
              }
            };
        for (int warmUp = 0; warmUp < WARM_UPS; warmUp++) {
          ask.run();
          engine.settle();
        }
        double[] rates = new double[EngineBenchmark.ROUNDS];
        Arrays.setAll(rates, round -> EngineBenchmark.perCpuSecond(set.queries().length, ask));
        int found = 0;
        int all = 0;
        for (int i = 0; i < answers.size(); i++) {
          var best = truth.of(set.queries()[i], K, accept);
          found += Truth.found(best, answers.get(i));
          all += best.size();
        }
        rows.add(
            new Filtered(set.name(), oneIn, (double) found / all, EngineBenchmark.median(rates)));
      }
    }
    return rows;
  }

  private static void fill(FreshetEngine engine, Truth truth, VectorSet set, int count) {
    for (int from = 0; from < count; from += BATCH) {
      List<Integer> ids = new ArrayList<>();
      List<float[]> vectors = new ArrayList<>();
      for (int id = from; id < Math.min(count, from + BATCH); id++) {
        ids.add(id);
        vectors.add(set.vectors()[id]);
        truth.put(id, set.vectors()[id]);
      }
      engine.put(ids, vectors);
    }
    engine.settle();
  }

  /**
   * Half of the vectors are there at first; the stream brings the others in, and takes some out.
   */
  static Stream stream(VectorSet shuffled, Path directory, long seed) {
    VectorSet set = drifting(shuffled, new Random(seed));
    Truth truth = new Truth(set.dimensions());
    int half = set.vectors().length / 2;
    Random random = new Random(seed);
    try (FreshetEngine engine = new FreshetEngine(directory.resolve("stream"), set.dimensions())) {
      fill(engine, truth, set, half);
      List<Double> rest = asked(engine, set);
      @Nullable float[][] there = Arrays.copyOf(set.vectors(), half);
      long operations = 2L * TURNS * half;
      List<Double> recalls = new ArrayList<>();
      List<Double> alternating = new ArrayList<>();
      List<Double> beside = new ArrayList<>();
      for (int look = 0; look < LOOKS; look++) {
        double from = (double) look / LOOKS;
        double middle = (look + 0.5) / LOOKS;
        for (long i = 0; i < operations / LOOKS / 2; i += BATCH) {
          write(engine, truth, set, there, from + (double) i / operations, random);
          for (int search = 0; search < SEARCHES; search++) {
            alternating.add(
                millis(engine, set.queries()[alternating.size() % set.queries().length]));
          }
        }
        recalls.add(recall(engine, truth, set));
        AtomicBoolean done = new AtomicBoolean();
        Thread searcher = new Thread(() -> searchUntil(done, engine, set, beside));
        searcher.start();
        for (long i = 0; i < operations / LOOKS / 2; i += BATCH) {
          write(engine, truth, set, there, middle + (double) i / operations, random);
        }
        done.set(true);
        join(searcher);
        recalls.add(recall(engine, truth, set));
      }
      double fresh;
      try (FreshetEngine other = new FreshetEngine(directory.resolve("fresh"), set.dimensions())) {
        for (int id = 0; id < half; id++) {
          if (there[id] != null) {
            other.put(List.of(id), List.of(there[id]));
          }
        }
        // It knows what people ask, as the other one does.
        asked(other, set);
        fresh = recall(other, truth, set);
      }
      return new Stream(
          set.name(), half, operations, recalls, fresh, p99(rest), p99(alternating), p99(beside));
    }
  }

  /** Milliseconds of searches, once the index and the JVM have seen enough of them. */
  private static List<Double> asked(FreshetEngine engine, VectorSet set) {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < 2 * WARM_UP; i++) {
      double taken = millis(engine, set.queries()[i % set.queries().length]);
      if (i >= WARM_UP) {
        millis.add(taken);
      }
    }
    return millis;
  }

  /** Along a line from one vector to another: what comes later is about something else. */
  private static VectorSet drifting(VectorSet set, Random random) {
    float[][] vectors = set.vectors().clone();
    float[] from = vectors[random.nextInt(vectors.length)];
    float[] to = vectors[random.nextInt(vectors.length)];
    Arrays.sort(
        vectors,
        Comparator.comparingDouble(
            vector -> {
              double along = 0;
              for (int d = 0; d < vector.length; d++) {
                along += (to[d] - from[d]) * vector[d];
              }
              return along;
            }));
    return new VectorSet(set.name(), vectors, set.queries());
  }

  /**
   * Nine in ten are put, one is removed; what is put comes from ever later vectors: data drifts. No
   * two are the same.
   */
  private static void write(
      FreshetEngine engine,
      Truth truth,
      VectorSet set,
      @Nullable float[][] there,
      double progress,
      Random random) {
    List<Integer> put = new ArrayList<>();
    List<float[]> vectors = new ArrayList<>();
    List<Integer> removed = new ArrayList<>();
    int[] ids = random.ints(0, there.length).distinct().limit(BATCH).toArray();
    for (int id : ids) {
      if (random.nextInt(10) == 0) {
        there[id] = null;
        truth.remove(id);
        removed.add(id);
      } else {
        int last = there.length + (int) (progress * (set.vectors().length - there.length));
        int drawn = Math.max(0, last - random.nextInt(there.length / 2));
        float[] vector = VectorSet.near(set.vectors()[drawn], NOISE, random);
        there[id] = vector;
        vectors.add(vector);
        put.add(id);
        truth.put(id, vector);
      }
    }
    engine.put(put, vectors);
    engine.remove(removed);
  }

  private static void searchUntil(
      AtomicBoolean done, FreshetEngine engine, VectorSet set, List<Double> millis) {
    for (int i = 0; !done.get(); i++) {
      millis.add(millis(engine, set.queries()[i % set.queries().length]));
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static double millis(FreshetEngine engine, float[] query) {
    long start = System.nanoTime();
    engine.search(query, K, RECALL);
    return (System.nanoTime() - start) / 1e6;
  }

  private static double p99(List<Double> millis) {
    return Quantiles.of(millis.stream().mapToDouble(Double::doubleValue).toArray()).p99();
  }

  private static double recall(FreshetEngine engine, Truth truth, VectorSet set) {
    int found = 0;
    for (float[] query : set.queries()) {
      found += Truth.found(truth.of(query, K, id -> true), engine.search(query, K, RECALL));
    }
    return (double) found / K / set.queries().length;
  }

  /** Writes a generation, closes it, and opens it again. */
  static Opened open(VectorSet set, Path directory) throws IOException {
    int dimensions = set.dimensions();
    try (VectorStore store = VectorStore.open(directory, StoreSettings.defaults());
        GenerationIndex index =
            GenerationIndex.open(store, GENERATION, dimensions, StoreRuns::decode)) {
      for (int from = 0; from < set.vectors().length; from += 10 * BATCH) {
        List<VectorRecord> batch = new ArrayList<>();
        int to = Math.min(set.vectors().length, from + 10 * BATCH);
        for (int id = from; id < to; id++) {
          batch.add(
              new VectorRecord.Upsert(
                  Integer.toString(id),
                  GENERATION,
                  new Position(0, id + 1L),
                  id,
                  new byte[] {'{', '}'},
                  List.of(new PassageVector(0, 1, set.vectors()[id]))));
        }
        index.apply(batch, Map.of(0, (long) to), (record, reason) -> {});
      }
    }
    long start = System.nanoTime();
    try (VectorStore store = VectorStore.open(directory, StoreSettings.defaults());
        GenerationIndex index =
            GenerationIndex.open(store, GENERATION, dimensions, StoreRuns::decode)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      double memory = (double) index.memoryBytes() / set.floatBytes();
      return new Opened(set.name(), set.vectors().length, seconds, memory);
    }
  }

  private static Document decode(String id, byte[] payload) {
    return new Document(id, "", "text " + payload.length, Map.of(), null);
  }
}
