package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratorTest {
  private static final int PADDED = 64;
  private static final int CELLS = 300;
  private static final int ROWS_PER_CELL = 40;

  private final Random random = new Random(6);
  private final CellTable table = CellTable.of(cells(), 0);

  /**
   * By the size of an index, a narrow filter leaves one row in 100 to 800: at least 15 of these.
   */
  @ParameterizedTest
  @ValueSource(ints = {25_600, 51_200, 102_400, 153_600, 204_800})
  void rowsThatANarrowFilterLeavesAreSpreadOverAllCells(int documents) {
    Demand demand =
        Calibrator.measure(
            new CellView(table, 1, documents),
            new Calibrator.Sample(Gaussian.vector(random, PADDED), -1));
    assertThat(demand.reaches()).hasSize(Demand.FILTERS);
    assertThat(demand.reaches()).allSatisfy(reaches -> assertThat(reaches).hasSize(10));
  }

  @Test
  void aDocumentIsNoNeighbourOfItself() {
    float[] query = table.at(7).rows().codes().decode(3);
    int self = table.at(7).rows().version(3).document();
    CellView view = new CellView(table, 1, CELLS * ROWS_PER_CELL);
    Demand stranger = Calibrator.measure(view, new Calibrator.Sample(query, -1));
    Demand itself = Calibrator.measure(view, new Calibrator.Sample(query, self));
    assertThat(stranger.slacks()).isNotEqualTo(itself.slacks());
  }

  @Test
  void partOfTheCellsTellsOfTheNeighboursThatLieInThem() {
    CellView view = new CellView(table, 1, CELLS * ROWS_PER_CELL);
    Calibrator.Sample sample = new Calibrator.Sample(Gaussian.vector(random, PADDED), -1);
    Demand whole = Calibrator.measure(view, sample);
    float widest = whole.widths().stream().max(Float::compare).orElseThrow();
    Demand wide = Calibrator.measureNear(view, sample, 1.5f * widest);
    assertThat(wide.isWhole()).isFalse();
    assertThat(wide.widths()).isEqualTo(whole.widths());
    assertThat(wide.slacks()).isEqualTo(whole.slacks());
    // Ten are found there, too, but they are not the nearest: no number is beyond the width.
    Demand narrow = Calibrator.measureNear(view, sample, widest / 4);
    assertThat(narrow.widths())
        .hasSize(Calibrator.NEIGHBOURS)
        .allSatisfy(width -> assertThat(width).isLessThanOrEqualTo(widest / 4));
  }

  private List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (int c = 0; c < CELLS; c++) {
      Cell cell = new Cell(c + 1, Gaussian.vector(random, PADDED), ROWS_PER_CELL);
      for (int row = 0; row < ROWS_PER_CELL; row++) {
        Version version = new Version(c * ROWS_PER_CELL + row, 1);
        FilledCells.append(cell, version, 0, Gaussian.vector(random, PADDED));
      }
      cells.add(cell);
    }
    return cells;
  }
}
