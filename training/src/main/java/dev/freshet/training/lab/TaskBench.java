package dev.freshet.training.lab;

import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.sampling.Sequences;
import java.util.List;

/**
 * A task on a collection: what a model is trained with, and how it is measured. Thread-safe, each
 * model being one thread's.
 */
public interface TaskBench {

  Task task();

  /** How good the test part's searches are before anything is trained. */
  Setting.Baseline baseline(Backbone backbone);

  /** What is trained for the task beside the method's own tensors. */
  Tuning adapt(Tuning tuning);

  /** What training makes smaller. */
  RoundObjective objective(TunedModel model, long seed);

  /**
   * Texts of the held-out part whose embeddings are watched while modules change, token ids {@code
   * [seq]} each; none where the task has no embeddings.
   */
  List<int[]> watched(Sequences sequences);

  /** The primary measure on the held-out part. */
  double validate(TunedModel model);

  /** Every measure on the test part; the primary one for each query. */
  Scores test(TunedModel model);
}
