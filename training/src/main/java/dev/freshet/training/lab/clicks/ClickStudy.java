package dev.freshet.training.lab.clicks;

import dev.freshet.training.lab.ResultStore;
import dev.freshet.training.lab.TrialThreads;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Runs the trials of the experiment that the store does not have yet. */
public final class ClickStudy {
  private final ClickTrialRunner runner;
  private final ResultStore<ClickTrialResult> store;
  private final int threads;
  private final Listener listener;
  private int done;

  /** Hears how the study goes, on the threads that run trials, one at a time. */
  public interface Listener {
    /**
     * A trial is over.
     *
     * @param done trials that are over
     * @param planned all of them
     */
    void ended(ClickTrialResult result, int done, int planned);
  }

  /**
   * @param threads trials at a time
   */
  public ClickStudy(
      ClickTrialRunner runner,
      ResultStore<ClickTrialResult> store,
      int threads,
      Listener listener) {
    this.runner = runner;
    this.store = store;
    this.threads = threads;
    this.listener = listener;
  }

  /**
   * Runs until all are done.
   *
   * @throws CancellationException when the thread was interrupted; what is done stays done
   */
  public void run(List<ClickTrial> trials) {
    List<ClickTrial> open = trials.stream().filter(trial -> !store.isDone(trial.name())).toList();
    done = trials.size() - open.size();
    TrialThreads.runAll(
        threads, open.stream().<Runnable>map(trial -> () -> run(trial, trials.size())).toList());
  }

  private void run(ClickTrial trial, int planned) {
    ClickTrialResult result = runner.run(trial);
    store.write(result);
    synchronized (this) {
      listener.ended(result, ++done, planned);
    }
  }
}
