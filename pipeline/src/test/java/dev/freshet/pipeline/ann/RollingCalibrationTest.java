package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When queries are measured, and which of them count. */
class RollingCalibrationTest {
  private static final int PADDED = 64;
  private static final int ROWS = 6_400;
  private static final int STEPS = RollingCalibration.WINDOW / RollingCalibration.STEP;

  private static final int ROWS_PER_STEP = ROWS / STEPS;
  private static final int THIRD = RollingCalibration.NEWEST / RollingCalibration.STEP;

  private final Random random = new Random(5);
  private final Queue<Runnable> background = new ArrayDeque<>();
  private CellTable table = CellTable.of(List.of(cell(1)), 0);
  private int steps;
  private final RollingCalibration calibration =
      new RollingCalibration(
          () -> {
            steps++;
            return new CellView(table, 1, ROWS);
          },
          IvfSettings.defaults(),
          background::add);

  @Test
  void knowsNothingUntilItBegins() {
    assertThat(calibration.current()).isSameAs(Calibration.NONE);
    calibration.begin(ROWS);
    assertThat(steps).isEqualTo(THIRD);
    assertThat(calibration.current().slack(0.95)).isPositive();
  }

  @Test
  void measuresAFewQueriesWhenRowsHaveChangedAndPeopleSearch() {
    calibration.changed(ROWS_PER_STEP - 1, ROWS);
    search();
    assertThat(background).isEmpty();
    calibration.changed(1, ROWS);
    search();
    assertThat(background).hasSize(1);
    // No second step beside the first, and what changes meanwhile is not forgotten.
    calibration.changed(2 * ROWS_PER_STEP, ROWS);
    search();
    assertThat(background).hasSize(1);
    background.remove().run();
    assertThat(steps).isEqualTo(1);
    search();
    runAll();
    assertThat(steps).isEqualTo(3);
  }

  @Test
  void whatIsWrittenWhileNobodySearchesIsMeasuredForWhoSearchesNext() {
    searchUntilQueriesAreKnown();
    int few = STEPS * 3 / 4 - 1;
    calibration.changed(few * ROWS_PER_STEP, ROWS);
    assertThat(background).isEmpty();
    search();
    runAll();
    assertThat(steps).isEqualTo(THIRD);
    for (int i = 0; i < RollingCalibration.WINDOW; i++) {
      search();
      runAll();
    }
    assertThat(steps).isEqualTo(few);
  }

  @Test
  void anIndexThatFillsWhileNobodySearchesIsMeasuredWhenItIsFourTimesAsLarge() {
    int few = ROWS / 100;
    for (int rows = ROWS + 1; rows <= 4 * ROWS - few; rows++) {
      calibration.changed(1, rows);
    }
    assertThat(background).isEmpty();
    calibration.changed(few, 4 * ROWS);
    runAll();
    assertThat(steps).isEqualTo(THIRD);
  }

  @Test
  void anIndexThatEmptiesIsMeasuredWhenAQuarterIsLeft() {
    calibration.begin(ROWS);
    steps = 0;
    for (int rows = ROWS - 1; rows > ROWS / 4; rows--) {
      calibration.changed(1, rows);
    }
    assertThat(background).isEmpty();
    calibration.changed(1, ROWS / 4);
    runAll();
    assertThat(steps).isEqualTo(THIRD);
  }

  @Test
  void whoSearchesAfterASilenceHasAThirdMeasuredAndWhoFollowsTheOthers() {
    searchUntilQueriesAreKnown();
    calibration.changed(ROWS, ROWS);
    runAll();
    calibration.changed(ROWS_PER_STEP, ROWS);
    steps = 0;
    search();
    runAll();
    assertThat(steps).isEqualTo(THIRD);
    for (int i = 0; i < 2 * RollingCalibration.WINDOW; i++) {
      search();
      runAll();
    }
    assertThat(steps).isEqualTo(STEPS);
  }

  @Test
  void whoSearchesWhereNothingHasChangedSinceHasNothingMeasuredAtOnce() {
    searchUntilQueriesAreKnown();
    calibration.changed(ROWS, ROWS);
    runAll();
    calibration.changed(ROWS_PER_STEP - 1, ROWS);
    steps = 0;
    search();
    assertThat(background).isEmpty();
    for (int i = 0; i < 2 * RollingCalibration.WINDOW; i++) {
      search();
      runAll();
    }
    assertThat(steps).isEqualTo(STEPS);
  }

  @Test
  void whatCannotBeginAtOnceBeginsWithALaterSearch() {
    calibration.beginSoon(ROWS);
    search();
    calibration.changed(3 * ROWS_PER_STEP, ROWS);
    search();
    runAll();
    assertThat(steps).isEqualTo(THIRD);
    search();
    runAll();
    assertThat(steps).isEqualTo(2 * THIRD);
  }

  @Test
  void queriesThatAreAskedTakeThePlacesOfDocuments() {
    calibration.begin(ROWS);
    for (int i = 0; i < RollingCalibration.WINDOW; i++) {
      calibration.asked(Gaussian.vector(random, PADDED));
      runAll();
    }
    assertThat(steps).isEqualTo(THIRD + STEPS);
    // From here on a change of the rows is a reason, or very many searches.
    for (int i = RollingCalibration.WINDOW + 1; i < RollingCalibration.SEARCHES; i++) {
      calibration.asked(Gaussian.vector(random, PADDED));
    }
    assertThat(background).isEmpty();
    calibration.asked(Gaussian.vector(random, PADDED));
    assertThat(background).hasSize(1);
  }

  @Test
  void whatPeopleAskedForOnceIsForgotten() {
    calibration.begin(ROWS);
    for (int i = 0; i < RollingCalibration.WINDOW; i++) {
      calibration.asked(new float[PADDED]);
      runAll();
    }
    assertThat(calibration.current().slack(0.9)).isZero();
    for (int i = 0; i < STEPS * RollingCalibration.SEARCHES; i++) {
      calibration.asked(Gaussian.vector(random, PADDED));
      runAll();
    }
    assertThat(calibration.current().slack(0.9)).isPositive();
  }

  @Test
  void aFewQueriesCountForNoMoreThanTheyAre() {
    calibration.begin(ROWS);
    for (int i = 0; i < RollingCalibration.STEP; i++) {
      calibration.asked(new float[PADDED]);
    }
    // A query of zeros needs nothing at all. One in twenty of them says little about the others.
    for (int step = 0; step < STEPS; step++) {
      calibration.changed(ROWS, ROWS);
      runAll();
    }
    assertThat(calibration.current().slack(0.9)).isPositive();
    for (int i = 0; i < RollingCalibration.WINDOW; i++) {
      calibration.asked(new float[PADDED]);
      runAll();
    }
    assertThat(calibration.current().slack(0.9)).isZero();
  }

  @Test
  void someQueriesAlwaysTellOfFilters() {
    calibration.begin(ROWS);
    searchUntilQueriesAreKnown();
    for (int step = 0; step < 2 * STEPS; step++) {
      changeWhilePeopleSearch();
      assertThat(calibration.current().reach(0.9)).isNotEqualTo(Calibration.NONE.reach(0.9));
    }
    assertThat(steps).isEqualTo(2 * STEPS);
  }

  @Test
  void whatHasDriftedAwayIsForgotten() {
    calibration.begin(ROWS);
    searchUntilQueriesAreKnown();
    // What is scanned of zeros says all of them, so no bound has to allow anything.
    table = CellTable.of(List.of(cell(0)), 0);
    for (int step = 0; step < STEPS; step++) {
      assertThat(calibration.current().slack(0.99)).as("after %d steps", step).isPositive();
      changeWhilePeopleSearch();
    }
    assertThat(calibration.current().slack(0.99)).isZero();
  }

  private Cell cell(float deviation) {
    // Of this name, it passes the filter of cells that is tried out.
    Cell cell = new Cell(2, new float[PADDED], ROWS);
    for (int document = 0; document < ROWS; document++) {
      float[] vector = Gaussian.vector(random, PADDED);
      for (int d = 0; d < PADDED; d++) {
        vector[d] *= deviation;
      }
      FilledCells.append(cell, new Version(document, 1), 0, vector);
    }
    return cell;
  }

  private void changeWhilePeopleSearch() {
    calibration.changed(ROWS_PER_STEP, ROWS);
    search();
    runAll();
  }

  /** New ones are a reason to measure of their own. */
  private void searchUntilQueriesAreKnown() {
    for (int i = 0; i < RollingCalibration.WINDOW; i++) {
      search();
      runAll();
    }
    steps = 0;
  }

  private void search() {
    calibration.asked(Gaussian.vector(random, PADDED));
  }

  private void runAll() {
    while (!background.isEmpty()) {
      background.remove().run();
    }
  }
}
