package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowPlacesTest {
  private static final List<Cell> CELLS =
      List.of(new Cell(1, new float[64], 1), new Cell(2, new float[64], 1));

  @Test
  void agreesWithAMapOfTheSameRows() {
    Random random = new Random(3);
    int rows = 10_000;
    RowPlaces places = new RowPlaces(rows);
    Map<Long, Cell> expected = new HashMap<>();
    for (int i = 0; i < rows; i++) {
      // Few enough names that some come twice, and close enough that they fall on one another.
      long name = 1 + random.nextInt(rows);
      Cell cell = CELLS.get(i < rows / 2 ? 0 : 1);
      places.put(name, cell);
      expected.put(name, cell);
    }
    for (long name = 1; name <= rows + 100; name++) {
      assertThat(places.of(name)).isSameAs(expected.get(name));
    }
  }

  @Test
  void namesThatShareTheirLowestBitsAreToldApart() {
    RowPlaces places = new RowPlaces(2);
    places.put(1L << 40, CELLS.get(0));
    places.put(1L << 8, CELLS.get(1));
    assertThat(places.of(1L << 40)).isSameAs(CELLS.get(0));
    assertThat(places.of(1L << 8)).isSameAs(CELLS.get(1));
    assertThat(places.of(1L << 16)).isNull();
    assertThat(places.of(0)).isNull();
  }

  @Test
  void moreRowsThanATableHoldsAreRefused() {
    assertThatThrownBy(() -> new RowPlaces(1 << 29))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("536870912")
        .hasMessageContaining("536870911");
  }
}
