package dev.freshet.tests.bench.store;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Engines on the same vectors: inserts, then searches at two recalls and changes, engine after
 * engine in each round, so that a change of the machine's speed hits all. One that inserts in
 * seconds what takes one after it minutes does so again after that one, and the median counts: the
 * fastest come first.
 */
final class EngineBenchmark {
  private static final int K = 10;
  private static final int BATCH = 64;
  static final int ROUNDS = 5;
  private static final int THREADS = 2;
  private static final long LEAST_MEASURED_NANOS = 500_000_000;

  /** So many times as fast as a later one is an engine that inserts again after it. */
  private static final int FASTER = 5;

  /** How often it does. */
  private static final int AGAIN = 2;

  /** Enough that engines which put their work off come to do it. */
  private static final int CHANGED_ONE_IN = 2;

  /** Seeds of what is changed. */
  private static final int REPLACED = 1;

  private static final int DELETED = 2;

  /** How often all queries are asked before efforts are chosen. */
  private static final int LEARNING_ROUNDS = 20;

  private static final double[] TARGETS = {0.95, 0.99};

  private final VectorSet set;
  private final List<StoreEngine> engines;
  private final IntFunction<StoreEngine> anew;
  private final PrintWriter log;
  private final List<Set<Integer>> truth;

  /**
   * @param truth of the set, see {@link #truth}
   * @param anew opens the engine of this place again, empty
   */
  EngineBenchmark(
      VectorSet set,
      List<Set<Integer>> truth,
      List<StoreEngine> engines,
      IntFunction<StoreEngine> anew,
      PrintWriter log) {
    this.set = set;
    this.truth = truth;
    this.engines = engines;
    this.anew = anew;
    this.log = log;
  }

  /** For each query of a set what is to be found. */
  static List<Set<Integer>> truth(VectorSet set) {
    Truth exact = new Truth(set.dimensions());
    for (int id = 0; id < set.vectors().length; id++) {
      exact.put(id, set.vectors()[id]);
    }
    return exact.of(set.queries(), K);
  }

  /**
   * One engine on one set of vectors. Rates are per CPU-second of the process, all of its threads.
   *
   * @param replaced null where it was not asked for
   * @param deleted null where it was not asked for
   * @param memory of the vectors as floats
   */
  record Row(
      String vectors,
      String engine,
      int count,
      int dimensions,
      double inserts,
      @Nullable Double replaced,
      @Nullable Double deleted,
      double memory,
      List<Searches> searches) {
    Row {
      searches = List.copyOf(searches);
    }
  }

  /**
   * @param target recall@10 that was wanted
   * @param recall that was reached; below the target where no effort reaches it
   * @param perCpuSecond queries
   * @param perSecond queries, by two threads
   */
  record Searches(
      double target, double recall, double effort, double perCpuSecond, double perSecond) {}

  /**
   * @param changeRounds how often half of the vectors are replaced, and half deleted; 0 for never
   */
  List<Row> run(int changeRounds) {
    double[] inserts = inserts();
    double[] memory = new double[engines.size()];
    for (int e = 0; e < inserts.length; e++) {
      memory[e] = (double) engines.get(e).memoryBytes() / set.floatBytes();
      say("%s, %s: %.0f inserts a CPU-second", set.name(), engines.get(e).name(), inserts[e]);
    }
    List<List<Searches>> searches = new ArrayList<>();
    for (StoreEngine engine : engines) {
      searches.add(new ArrayList<>());
      learn(engine);
    }
    for (double target : TARGETS) {
      search(target, searches);
    }
    double[][] replaces = new double[engines.size()][changeRounds];
    double[][] deletes = new double[engines.size()][changeRounds];
    for (int round = 0; round < changeRounds; round++) {
      for (int e = 0; e < inserts.length; e++) {
        if (round > 0) {
          // Those that the last round has deleted.
          var unused = put(engines.get(e), sample(CHANGED_ONE_IN, DELETED), false);
        }
        replaces[e][round] = put(engines.get(e), sample(CHANGED_ONE_IN, REPLACED), true);
        deletes[e][round] = delete(engines.get(e));
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int e = 0; e < inserts.length; e++) {
      rows.add(
          new Row(
              set.name(),
              engines.get(e).name(),
              set.vectors().length,
              set.dimensions(),
              inserts[e],
              changeRounds == 0 ? null : median(replaces[e]),
              changeRounds == 0 ? null : median(deletes[e]),
              memory[e],
              searches.get(e)));
    }
    return rows;
  }

  /** Of each engine; afterwards all hold the set, in the form that is searched fastest. */
  private double[] inserts() {
    List<List<Double>> rates = new ArrayList<>();
    for (int e = 0; e < engines.size(); e++) {
      double rate = insert(engines.get(e));
      rates.add(new ArrayList<>(List.of(rate)));
      optimise(engines.get(e));
      for (int before = 0; before < e; before++) {
        boolean isFaster = rates.get(before).get(0) > FASTER * rate;
        for (int i = 0; isFaster && i < AGAIN; i++) {
          try (StoreEngine empty = anew.apply(before)) {
            rates.get(before).add(insert(empty));
          }
        }
      }
    }
    return rates.stream()
        .mapToDouble(all -> median(all.stream().mapToDouble(rate -> rate).toArray()))
        .toArray();
  }

  /** Not part of the inserts, as an engine can be searched without it; what it takes is told. */
  private void optimise(StoreEngine engine) {
    long start = cpu();
    engine.optimise();
    say(
        "%s, %s: %.1f CPU-seconds after the inserts until it is searched fastest",
        set.name(), engine.name(), (cpu() - start) / 1e9);
  }

  private double insert(StoreEngine engine) {
    return put(engine, IntStream.range(0, set.vectors().length).boxed().toList(), false);
  }

  private double delete(StoreEngine engine) {
    List<Integer> ids = sample(CHANGED_ONE_IN, DELETED);
    long start = cpu();
    for (int from = 0; from < ids.size(); from += BATCH) {
      engine.remove(ids.subList(from, Math.min(ids.size(), from + BATCH)));
    }
    engine.settle();
    return ids.size() * 1e9 / (cpu() - start);
  }

  private List<Integer> sample(int oneIn, int seed) {
    int count = set.vectors().length;
    return new Random(seed).ints(0, count).distinct().limit(count / oneIn).boxed().toList();
  }

  /**
   * @param exchanged whether they get each other's vectors, not their own
   */
  private double put(StoreEngine engine, List<Integer> ids, boolean exchanged) {
    long start = cpu();
    for (int from = 0; from < ids.size(); from += BATCH) {
      List<Integer> batch = ids.subList(from, Math.min(ids.size(), from + BATCH));
      List<float[]> vectors = new ArrayList<>(batch.size());
      for (int i = 0; i < batch.size(); i++) {
        int of = exchanged ? ids.get(ids.size() - 1 - from - i) : batch.get(i);
        vectors.add(set.vectors()[of]);
      }
      engine.put(batch, vectors);
    }
    engine.settle();
    return ids.size() * 1e9 / (cpu() - start);
  }

  private void search(double target, List<List<Searches>> results) {
    double[] efforts = engines.stream().mapToDouble(engine -> least(engine, target)).toArray();
    double[][] rates = new double[engines.size()][ROUNDS];
    double[][] together = new double[engines.size()][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (int e = 0; e < efforts.length; e++) {
        rates[e][round] = perCpuSecond(engines.get(e), efforts[e]);
        together[e][round] = onThreads(engines.get(e), efforts[e]);
      }
    }
    for (int e = 0; e < efforts.length; e++) {
      Searches measured =
          new Searches(
              target,
              recall(engines.get(e), efforts[e]),
              efforts[e],
              median(rates[e]),
              median(together[e]));
      results.get(e).add(measured);
      say("%s, %s: %s", set.name(), engines.get(e).name(), measured);
    }
  }

  private double perCpuSecond(StoreEngine engine, double effort) {
    return perCpuSecond(set.queries().length, () -> recall(engine, effort));
  }

  /**
   * Queries a CPU-second of the process.
   *
   * @param all asks so many, as often as it takes to be told by a clock of hundredths of a second
   */
  static double perCpuSecond(int queries, Runnable all) {
    long start = cpu();
    long asked = 0;
    while (cpu() - start < LEAST_MEASURED_NANOS) {
      all.run();
      asked += queries;
    }
    return asked * 1e9 / (cpu() - start);
  }

  /**
   * Has all queries asked, and waits: an engine may learn from them in the background, and an
   * effort that is chosen before it has would suit another state than the one that is measured.
   */
  private void learn(StoreEngine engine) {
    double[] efforts = engine.efforts();
    for (int i = 0; i < LEARNING_ROUNDS; i++) {
      var unused = recall(engine, efforts[efforts.length / 2]);
      engine.settle();
    }
  }

  /** The least effort that reaches the recall, or the most there is. */
  private double least(StoreEngine engine, double target) {
    double[] efforts = engine.efforts();
    for (double effort : efforts) {
      if (recall(engine, effort) >= target) {
        return effort;
      }
    }
    return efforts[efforts.length - 1];
  }

  private double recall(StoreEngine engine, double effort) {
    int found = 0;
    for (int i = 0; i < set.queries().length; i++) {
      found += Truth.found(truth.get(i), engine.search(set.queries()[i], K, effort));
    }
    return (double) found / K / set.queries().length;
  }

  private double onThreads(StoreEngine engine, double effort) {
    AtomicInteger next = new AtomicInteger();
    AtomicInteger hits = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    long start = System.nanoTime();
    for (int t = 0; t < THREADS; t++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = next.getAndIncrement();
                    i < set.queries().length;
                    i = next.getAndIncrement()) {
                  hits.addAndGet(engine.search(set.queries()[i], K, effort).length);
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }
    if (hits.get() == 0) {
      throw new IllegalStateException(engine.name() + " found nothing");
    }
    return set.queries().length * 1e9 / (System.nanoTime() - start);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    java.util.Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  static long cpu() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      return system.getProcessCpuTime();
    }
    throw new IllegalStateException("this JVM does not tell the CPU time of its process");
  }

  private void say(String format, Object... values) {
    log.println(String.format(Locale.ROOT, format, values));
    log.flush();
  }
}
