package dev.freshet.training.pretrain;

import dev.freshet.training.optimise.StepReport;
import dev.freshet.training.report.LineChart;
import dev.freshet.training.report.LineStyle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The loss over the steps, a row for every few of them, as {@code loss.csv}: stage, last step of
 * the row, mean loss, learning rate and gradient norm of that step.
 *
 * <p>Not thread-safe.
 */
final class LossCurve {
  private static final String HEADER = "stage,step,loss,learning_rate,gradient_norm";
  private static final int ROWS_A_STAGE = 200;

  private final Path file;
  private final List<String> rows = new ArrayList<>();
  private double sum;
  private int count;

  /**
   * Takes up the curve that is there, if any.
   *
   * @param position where the run goes on: rows after it are of steps that will be taken again
   */
  LossCurve(Path file, PretrainPosition position) {
    this.file = file;
    try {
      if (Files.exists(file)) {
        rows.addAll(
            Files.readAllLines(file).stream()
                .skip(1)
                .filter(row -> !position.isBefore(positionOf(row)))
                .toList());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  private static PretrainPosition positionOf(String row) {
    String[] fields = row.split(",", -1);
    return new PretrainPosition(PretrainStage.ofLabel(fields[0]), Long.parseLong(fields[1]));
  }

  /**
   * @return whether a row was ended with this step
   */
  boolean add(PretrainStage stage, StepReport report, long steps) {
    sum += report.loss();
    count++;
    long everySteps = Math.max(1, steps / ROWS_A_STAGE);
    if (report.step() % everySteps != 0 && report.step() != steps) {
      return false;
    }
    rows.add(
        String.format(
            Locale.ROOT,
            "%s,%d,%.5f,%.3e,%.4f",
            stage.label(),
            report.step(),
            sum / count,
            report.learningRate(),
            report.gradientNorm()));
    sum = 0;
    count = 0;
    return true;
  }

  /** Writes all rows; the file is complete at any moment. */
  void write() {
    Path partial = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.writeString(partial, HEADER + "\n" + String.join("\n", rows) + "\n");
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** Draws both stages, each over its own steps. */
  void draw(Path picture) {
    List<LineChart.Series> series = new ArrayList<>();
    for (PretrainStage stage : PretrainStage.values()) {
      List<LineChart.Point> points = points(stage);
      if (!points.isEmpty()) {
        series.add(new LineChart.Series(stage.label(), points, new LineStyle(stage.ordinal())));
      }
    }
    if (series.isEmpty()) {
      return; // nothing was trained
    }
    try {
      Files.writeString(picture, new LineChart("Pretraining", "step", "loss", series).svg());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + picture, e);
    }
  }

  private List<LineChart.Point> points(PretrainStage stage) {
    return rows.stream()
        .map(row -> row.split(",", -1))
        .filter(fields -> fields[0].equals(stage.label()))
        .map(
            fields ->
                new LineChart.Point(Double.parseDouble(fields[1]), Double.parseDouble(fields[2])))
        .toList();
  }
}
