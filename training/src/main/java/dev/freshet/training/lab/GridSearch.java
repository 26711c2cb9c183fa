package dev.freshet.training.lab;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs all trials of a comparison: every contender with the first seed at every learning rate, more
 * rates where the best one lies at the grid's edge, then the other seeds at the best one. What the
 * store has is not run again.
 */
public final class GridSearch {
  /** Rates that are added at each end, at most. */
  private static final int MOST_EXTENSIONS = 3;

  private static final double FINER = 3;
  private static final double COARSER = 10 / FINER;

  private final Trials trials;
  private final ResultStore<TrialResult> store;
  private final List<Double> rates;
  private final List<Long> seeds;
  private final int threads;
  private final Listener listener;

  /**
   * What takes part.
   *
   * @param budget null for a contender of a fixed size
   */
  public record Entry(TaskBench bench, Contender contender, @Nullable Double budget) {
    Trial trial(double rate, long seed) {
      return new Trial(bench.task(), contender.label(), budget, rate, seed);
    }
  }

  /** What runs a trial: {@link TrialRunner#run}. Called on several threads. */
  public interface Trials {
    TrialResult run(Trial trial, Contender contender, TaskBench bench, boolean probed);
  }

  /** Hears how the search goes, on the threads that run trials. */
  public interface Listener {
    /**
     * A trial begins.
     *
     * @param done trials of this search that are over, those of an earlier run included
     * @param planned all of them, as far as it is known
     */
    void begins(Trial trial, int done, int planned);

    void ended(TrialResult result, int done, int planned);
  }

  /**
   * @param rates at least one; what comes twice counts once, as with seeds
   * @param seeds at least one; the second one's trials are probed
   * @param threads trials at a time
   */
  public GridSearch(
      Trials trials,
      ResultStore<TrialResult> store,
      List<Double> rates,
      List<Long> seeds,
      int threads,
      Listener listener) {
    this.trials = trials;
    this.store = store;
    this.rates = rates.stream().distinct().sorted().toList();
    this.seeds = seeds.stream().distinct().toList();
    this.threads = threads;
    this.listener = listener;
  }

  /** A trial with what is needed to run it. */
  private record Job(Entry entry, Trial trial, boolean probed) {}

  /**
   * Runs until all trials are done.
   *
   * @param asked what takes part; what comes twice does once
   * @throws CancellationException when the thread was interrupted; what is done stays done
   */
  public void run(List<Entry> asked) {
    List<Entry> entries = asked.stream().distinct().toList();
    List<Job> search =
        entries.stream()
            .flatMap(entry -> rates.stream().map(rate -> job(entry, rate, seeds.get(0))))
            .toList();
    runAll(search, entries);
    for (int i = 0; i < 2 * MOST_EXTENSIONS; i++) {
      runAll(extensions(entries), entries);
    }
    List<TrialResult> results = store.results();
    runAll(entries.stream().flatMap(entry -> later(entry, results).stream()).toList(), entries);
  }

  /** The other seeds at the best rate, as far as it is known. */
  private List<Job> later(Entry entry, List<TrialResult> results) {
    double best = standing(entry, results).selected().rate();
    return seeds.stream().skip(1).map(seed -> job(entry, best, seed)).toList();
  }

  private Job job(Entry entry, double rate, long seed) {
    boolean probed = seeds.size() > 1 && seed == seeds.get(1);
    return new Job(entry, entry.trial(rate, seed), probed);
  }

  /** The rates beyond the edges at which the best ones lie. */
  private List<Job> extensions(List<Entry> entries) {
    List<TrialResult> results = store.results();
    double lowestOfAll = beyond(rates.get(0), 1 / FINER, MOST_EXTENSIONS);
    double highestOfAll = beyond(rates.get(rates.size() - 1), COARSER, MOST_EXTENSIONS);
    List<Job> jobs = new ArrayList<>();
    for (Entry entry : entries) {
      Standing standing = standing(entry, results);
      List<RateGroup> tried = standing.rates();
      double best = standing.selected().rate();
      if (best == tried.get(0).rate() && best > lowestOfAll) {
        jobs.add(job(entry, oneDigit(best / FINER), seeds.get(0)));
      }
      if (best == tried.get(tried.size() - 1).rate() && best < highestOfAll) {
        jobs.add(job(entry, oneDigit(best * COARSER), seeds.get(0)));
      }
    }
    return jobs;
  }

  private static double beyond(double rate, double factor, int times) {
    double end = rate;
    for (int i = 0; i < times; i++) {
      end = oneDigit(end * factor);
    }
    return end;
  }

  /** 0.001, 0.003, 0.01: steps that people know. */
  private static double oneDigit(double rate) {
    return new BigDecimal(rate).round(new MathContext(1)).doubleValue();
  }

  /** How the contender stands by the trials of the first seed, which every rate has. */
  private Standing standing(Entry entry, List<TrialResult> results) {
    return Standing.of(entrant(entry), ofFirstSeed(entry, results));
  }

  private Entrant entrant(Entry entry) {
    return Entrant.of(entry.trial(rates.get(0), seeds.get(0)));
  }

  private List<TrialResult> ofFirstSeed(Entry entry, List<TrialResult> results) {
    Entrant entrant = entrant(entry);
    return results.stream()
        .filter(result -> Entrant.of(result.trial()).equals(entrant))
        .filter(result -> result.trial().seed() == seeds.get(0))
        .toList();
  }

  private void runAll(List<Job> jobs, List<Entry> entries) {
    List<Job> open = jobs.stream().filter(job -> !store.isDone(job.trial().name())).toList();
    Count count = count(open, entries);
    TrialThreads.runAll(
        threads, open.stream().<Runnable>map(job -> () -> run(job, count)).toList());
  }

  /**
   * Of this search alone: the folder may hold trials of other contenders and seeds, which neither
   * are planned nor take time.
   */
  private Count count(List<Job> open, List<Entry> entries) {
    List<TrialResult> results = store.results();
    Set<String> jobs = open.stream().map(job -> job.trial().name()).collect(Collectors.toSet());
    int done = 0;
    int later = 0;
    for (Entry entry : entries) {
      List<TrialResult> first = ofFirstSeed(entry, results);
      done += first.size();
      if (first.isEmpty()) {
        later += seeds.size() - 1;
        continue;
      }
      for (Job job : later(entry, results)) {
        String name = job.trial().name();
        if (store.isDone(name)) {
          done++;
        } else if (!jobs.contains(name)) {
          later++;
        }
      }
    }
    return new Count(done, open.size() + later);
  }

  /** How far a search is. */
  private static final class Count {
    private int done;
    private final int planned;

    Count(int done, int open) {
      this.done = done;
      planned = done + open;
    }
  }

  private void run(Job job, Count count) {
    synchronized (count) {
      listener.begins(job.trial(), count.done, count.planned);
    }
    TrialResult result =
        trials.run(job.trial(), job.entry().contender(), job.entry().bench(), job.probed());
    store.write(result);
    synchronized (count) {
      count.done++;
      listener.ended(result, count.done, count.planned);
    }
  }
}
