package dev.freshet.training.lab;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.UnitVectors;
import dev.freshet.training.optimise.StepReport;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.TunedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks along steps that training takes, without changing them: how modules turn each other's
 * gradients ({@link Directions}), and how even the loss is ({@link Smoothness}). One thread, the
 * one that trains.
 */
final class StepProbes implements RoundListener {
  /** Places along a step, as shares of it. */
  private static final double[] PLACES = {0.25, 0.5, 0.75, 1};

  private final TunedModel model;
  private final RoundObjective objective;
  private final Function<TunedModel, RoundObjective> objectives;
  private final List<int[]> texts;
  private final int passes;
  private final long seed;
  private final Parameters parameters;
  private final Map<String, List<Integer>> modules;
  private final Set<Long> probed = new TreeSet<>();
  private final List<Directions.Probe> directions = new ArrayList<>();
  private final List<Smoothness.Probe> smoothness = new ArrayList<>();
  private Parameters.Vector before = new Parameters.Vector(List.of());
  private Parameters.Slope slope = new Parameters.Slope(0, before);

  /**
   * @param objectives the same objective for another model on the same examples
   * @param texts token ids {@code [seq]} of texts whose embeddings are watched; none where the task
   *     has no embeddings
   * @param steps of the whole training: it is looked at early and in the middle
   * @param passes that each step averages
   */
  StepProbes(
      TunedModel model,
      RoundObjective objective,
      Function<TunedModel, RoundObjective> objectives,
      List<int[]> texts,
      long steps,
      int passes,
      long seed) {
    this.model = model;
    this.objective = objective;
    this.objectives = objectives;
    this.texts = List.copyOf(texts);
    this.passes = passes;
    this.seed = seed;
    parameters = new Parameters(model);
    String method = model.tuning().toJson().path("method").asText();
    modules =
        ModuleGroups.of(parameters.names(), method.equals(Trial.FULL) || method.equals("bitfit"));
    // Not the very first steps: modules that start as zero have no gradient behind them yet.
    probed.addAll(List.of(Math.max(2, steps / 10), Math.max(2, steps / 2)));
  }

  @Override
  public void step(StepReport report, long examples) {
    // The step before a probed one has been taken, then the probed one: both on the same examples.
    if (probed.contains(report.step())) {
      look(report.step());
    }
    if (probed.contains(report.step() + 1)) {
      before = parameters.point();
      slope = parameters.slope(objective, report.step(), passes);
    }
  }

  private void look(long step) {
    Parameters.Vector after = parameters.point();
    Parameters.Vector taken = after.minus(before);
    directions.add(
        new Directions.Probe(step, changes(step - 1, after), displacementCosine(step - 1, taken)));
    smoothness.add(along(step, taken));
    parameters.moveTo(after);
  }

  private Map<String, Directions.Change> changes(long index, Parameters.Vector after) {
    Map<String, Directions.Change> changes = new LinkedHashMap<>();
    modules.forEach(
        (name, places) -> {
          parameters.moveTo(after);
          places.forEach(place -> parameters.set(place, before.tensors().get(place)));
          Parameters.Vector turned =
              parameters.slope(objective, index, passes).gradient().part(places);
          Parameters.Vector own = slope.gradient().part(places);
          changes.put(
              name,
              new Directions.Change(
                  turned.minus(own).norm() / own.norm(),
                  turned.dot(own) / (turned.norm() * own.norm())));
        });
    return changes;
  }

  private Smoothness.Probe along(long step, Parameters.Vector taken) {
    double low = slope.loss();
    double high = slope.loss();
    double lipschitz = 0;
    for (double place : PLACES) {
      parameters.moveTo(before.plus(taken, place));
      Parameters.Slope there = parameters.slope(objective, step - 1, passes);
      low = Math.min(low, there.loss());
      high = Math.max(high, there.loss());
      double turned = there.gradient().minus(slope.gradient()).norm();
      lipschitz = Math.max(lipschitz, turned / (place * taken.norm()));
    }
    return new Smoothness.Probe(step, low, high, lipschitz);
  }

  /**
   * Of plain gradient steps from the same point, both as long as the one that was taken; null where
   * there are no texts to watch.
   */
  private @Nullable Double displacementCosine(long index, Parameters.Vector taken) {
    if (texts.isEmpty()) {
      return null;
    }
    parameters.moveTo(before);
    double[] byModules = displacement(model, parameters, slope.gradient(), taken.norm());
    parameters.moveTo(before);
    try (TunedModel free =
            TunedModel.unfrozen(model.backbone(), model.tuning(), model.sides(), seed);
        RoundObjective freeObjective = objectives.apply(free)) {
      Parameters all = new Parameters(free);
      // The modules come first among the tensors; the backbone is where it was.
      for (int i = 0; i < before.tensors().size(); i++) {
        all.set(i, before.tensors().get(i));
      }
      Parameters.Vector gradient = all.slope(freeObjective, index, passes).gradient();
      double[] byAll = displacement(free, all, gradient, taken.norm());
      return cosine(byModules, byAll);
    }
  }

  /** How the texts' embeddings move by a step down the gradient: not at all where there is none. */
  private double[] displacement(
      TunedModel moved, Parameters at, Parameters.Vector gradient, double length) {
    Parameters.Vector start = at.point();
    float[][] from = embed(moved);
    double steepness = gradient.norm();
    at.moveTo(steepness == 0 ? start : start.plus(gradient, -length / steepness));
    float[][] to = embed(moved);
    at.moveTo(start);
    double[] difference = new double[from.length * from[0].length];
    for (int i = 0; i < difference.length; i++) {
      int row = i / from[0].length;
      int column = i % from[0].length;
      difference[i] = (double) to[row][column] - from[row][column];
    }
    return difference;
  }

  private float[][] embed(TunedModel moved) {
    float[][] vectors = moved.model(Side.QUERY).embed(texts, moved.backbone().pooling());
    for (float[] vector : vectors) {
      UnitVectors.normalise(vector);
    }
    return vectors;
  }

  private static double cosine(double[] a, double[] b) {
    double product = 0;
    double aSquares = 0;
    double bSquares = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      aSquares += a[i] * a[i];
      bSquares += b[i] * b[i];
    }
    return product / Math.sqrt(aSquares * bSquares);
  }

  /** What was seen, with the loss around the point where the model is now. */
  Probes probes() {
    if (directions.isEmpty()) {
      return Probes.NONE;
    }
    return new Probes(
        new Directions(directions),
        new Smoothness(smoothness),
        LossPlane.around(parameters, objective, seed));
  }
}
