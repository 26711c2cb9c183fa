package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CellTest {
  private static final int PADDED = 128;
  private static final int ROWS = 200;

  private final Random random = new Random(7);

  /** Of the rows that stay nothing changes but their places. */
  @Test
  void compactedRowsAreThoseThatWereLive() {
    Cell cell = new Cell(3, Gaussian.vector(random, PADDED), ROWS);
    for (int document = 0; document < ROWS; document++) {
      append(cell, document);
    }
    int[] live = IntStream.range(0, ROWS).filter(row -> row % 3 != 1).toArray();
    Cell smaller = cell.compacted(live);
    assertThat(smaller.id()).isEqualTo(3);
    assertThat(smaller.rows().published()).isEqualTo(live.length);
    QueryCode query = new QueryCode(Gaussian.vector(random, PADDED));
    float[] before = bounds(cell, query);
    float[] after = bounds(smaller, query);
    for (int i = 0; i < live.length; i++) {
      assertThat(smaller.rows().version(i)).isSameAs(cell.rows().version(live[i]));
      assertThat(smaller.rows().passage(i)).isEqualTo(cell.rows().passage(live[i]));
      assertThat(smaller.rows().closeness(i)).isEqualTo(cell.rows().closeness(live[i]));
      assertThat(smaller.rows().codes().decode(i)).isEqualTo(cell.rows().codes().decode(live[i]));
      assertThat(after[i]).isEqualTo(before[live[i]]);
    }
  }

  /** A spread that followed from anything else would put the cell elsewhere in a search's order. */
  @Test
  void aCompactedCellHasTheSpreadOfOneThatGotItsRowsAlone() {
    Cell cell = new Cell(1, Gaussian.vector(random, PADDED), ROWS);
    Cell alone = new Cell(1, cell.centroid(), ROWS);
    for (int document = 0; document < ROWS; document++) {
      Posting posting = append(cell, document);
      if (document < ROWS / 2) {
        FilledCells.append(alone, new Version(document, 1), 0, posting);
      }
    }
    Cell smaller = cell.compacted(IntStream.range(0, ROWS / 2).toArray());
    assertThat(smaller.spread()).isCloseTo(alone.spread(), withinPercentage(0.01));
  }

  private Posting append(Cell cell, int document) {
    float[] vector = Gaussian.vector(random, PADDED);
    // Near the centroid, and farther the later it comes.
    for (int d = 0; d < PADDED; d++) {
      vector[d] = cell.centroid()[d] + vector[d] * (1 + document) / ROWS;
    }
    return FilledCells.append(cell, new Version(document, 1), document % 4, vector);
  }

  private static float[] bounds(Cell cell, QueryCode query) {
    float[] bounds = new float[Kernels.wholeGroups(ROWS)];
    short[] sums = new short[Kernels.SUMS];
    cell.rows().sketches().bound(query, 2, 0, cell.rows().published(), sums, bounds, 0);
    return bounds;
  }
}
