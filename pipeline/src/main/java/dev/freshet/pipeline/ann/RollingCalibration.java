package dev.freshet.pipeline.ann;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A {@link Calibration} that follows data and queries: as rows change, a few queries at a time are
 * measured in the background, and the last ones that were measured count. So writes pay little for
 * it, and what has drifted away is forgotten.
 *
 * <p>Where nobody searches nobody needs it: at first, and each time that three quarters of the rows
 * are new or gone, as where an index is four times as large as it was, a third of the queries that
 * count is measured, so that the first search finds numbers that nearly hold. That search has a
 * third measured anew, unless next to nothing has changed, and those that follow it the others.
 *
 * <p>Searches on any thread; {@link #changed}, {@link #begin} and {@link #beginSoon} are the
 * writer's.
 */
final class RollingCalibration {
  /**
   * Queries that count. Their neighbours come in clusters, so a recall of .95 is met within half a
   * point by so many of them, and by a quarter within one.
   */
  static final int WINDOW = 480;

  /**
   * Of them, all cells are scanned for one in so many, and for those of the first step: that costs
   * as much as a dozen searches.
   */
  static final int WHOLE_EVERY = 4;

  /**
   * Of them the newest, which hold by themselves where they ask for more: data that drifts asks for
   * more than it did at once, and for less only once all that counts is new.
   */
  static final int NEWEST = WINDOW / 3;

  /**
   * Queries that are measured at a time: all that count, while as many rows change as there are.
   */
  static final int STEP = 24;

  private static final int MOST_STEPS = WINDOW / STEP;

  /** Steps that are measured at once where many were put off. */
  private static final int THIRD = NEWEST / STEP;

  /**
   * Searches from one step to the next where nothing is written: people come to ask for other
   * things. A step takes as long as some hundred searches, so this is little of what they take.
   */
  static final int SEARCHES = 10_000;

  /** Rows that change before the next step, however few there are. */
  private static final int LEAST_CHANGED = 300;

  private final Supplier<CellView> views;
  private final int cellRows;
  private final Executor background;
  private final QuerySample queries = new QuerySample(WINDOW);
  private final AtomicBoolean measuring = new AtomicBoolean();

  /** Since the last measurement that they asked for began. */
  private final AtomicLong changedRows = new AtomicLong();

  /** Changed rows that ask for a step. */
  private volatile long rowsPerStep = LEAST_CHANGED;

  /** Rows that there are, and that there were when that measurement began. */
  private volatile long rows;

  private volatile long rowsThen;

  /** Steps that were asked for and put off, for those who search to have measured. */
  private volatile int owed;

  /** Of the queries that count, the oldest first; of the one who measures, as is what follows. */
  private final Deque<Demand> demands = new ArrayDeque<>();

  private final Random random;

  private volatile Calibration current = Calibration.NONE;

  /**
   * @param views the index as it is now
   * @param background runs steps, each of which takes as long as some hundred searches
   */
  RollingCalibration(Supplier<CellView> views, IvfSettings settings, Executor background) {
    this.views = views;
    this.cellRows = settings.cellRows();
    this.background = background;
    this.random = new Random(settings.seed());
  }

  Calibration current() {
    return current;
  }

  /**
   * Told of every query. The first ones take the places of the documents that stood for them; of
   * those that follow some are measured.
   */
  void asked(float[] rotated) {
    long asked = queries.offer(rotated);
    int taken = queries.taken();
    boolean isNew = taken < WINDOW && asked >= taken + STEP;
    boolean isOwed = owed > 0 && asked % STEP == 0;
    int other = isNew || isOwed || asked % SEARCHES == 0 ? 1 : 0;
    if ((other > 0 || changedSteps() > 0) && measuring.compareAndSet(false, true)) {
      int changed = takeChangedSteps();
      int all = Math.min(MOST_STEPS, owed + changed);
      int now = Math.max(other, changed > 0 ? Math.min(THIRD, all) : 0);
      owed = Math.max(0, all - now);
      measureSoon(now);
    }
  }

  /**
   * Told of every change, and of the rows that there are now. While others measure, whoever writes
   * or searches next tries again.
   */
  void changed(int changed, long passages) {
    rows = passages;
    // Of a number that falls as of one that grows: to a quarter is as much as four times.
    rowsPerStep = Math.max(LEAST_CHANGED, Math.max(passages, rowsThen) * STEP / WINDOW);
    changedRows.addAndGet(changed);
    if (changedSteps() >= MOST_STEPS * 3 / 4 && measuring.compareAndSet(false, true)) {
      var unused = takeChangedSteps();
      owed = MOST_STEPS;
      measureSoon(THIRD);
    }
  }

  /** Steps that changes ask for. */
  private int changedSteps() {
    return steps(changedRows.get());
  }

  private int steps(long changed) {
    return (int) Math.min(MOST_STEPS, changed / rowsPerStep);
  }

  /** They are not asked for again. Of the one who measures. */
  private int takeChangedSteps() {
    long changed = changedRows.get();
    int steps = steps(changed);
    if (steps > 0) {
      changedRows.addAndGet(-changed);
      rowsThen = rows;
    }
    return steps;
  }

  /**
   * Measures a third of what counts, in this thread, where there are so many rows. Those who search
   * have the others measured.
   */
  void begin(long passages) {
    if (isBegun(passages)) {
      measure(THIRD);
    }
  }

  /** As {@link #begin}, in the background. */
  void beginSoon(long passages) {
    if (isBegun(passages)) {
      measureSoon(THIRD);
    }
  }

  private boolean isBegun(long passages) {
    rowsThen = passages;
    boolean begun = measuring.compareAndSet(false, true);
    if (begun) {
      owed = MOST_STEPS - THIRD;
    }
    return begun;
  }

  /** Where nobody else measures. */
  private void measureSoon(int steps) {
    try {
      background.execute(() -> measure(steps));
    } catch (RejectedExecutionException e) {
      // Whoever ends the executor wants no more of this; searches and writes go on.
      measuring.set(false);
    }
  }

  private void measure(int steps) {
    try {
      for (int i = 0; i < steps; i++) {
        step();
      }
    } finally {
      measuring.set(false);
    }
  }

  private void step() {
    CellView view = views.get();
    List<Calibrator.Sample> sample = queries.take(STEP, view, cellRows, random);
    for (int i = 0; i < sample.size(); i++) {
      boolean whole = i % WHOLE_EVERY == 0 || current == Calibration.NONE;
      demands.addLast(
          whole
              ? Calibrator.measure(view, sample.get(i))
              : Calibrator.measureNear(view, sample.get(i), current.nearWidth()));
      if (demands.size() > WINDOW) {
        demands.removeFirst();
      }
    }
    int older = Math.max(0, demands.size() - NEWEST);
    current = Calibration.of(demands).or(Calibration.of(demands.stream().skip(older).toList()));
  }
}
