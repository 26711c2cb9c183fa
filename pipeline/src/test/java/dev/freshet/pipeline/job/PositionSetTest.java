package dev.freshet.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.Position;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Held against a set of the library's. */
class PositionSetTest {
  private static final int PARTITIONS = 3;
  private static final long LARGE = 1L << 40;

  private final PositionSet positions = new PositionSet();
  private final Set<Position> expected = new HashSet<>();
  private final Random random = new Random(11);

  private void add(int partition, long offset) {
    Position position = new Position(partition, offset);
    assertThat(positions.add(position)).as("%s", position).isEqualTo(expected.add(position));
  }

  private void assertSame(long from, long to) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (long offset = from; offset < to; offset++) {
        Position position = new Position(partition, offset);
        boolean is = positions.contains(position);
        if (is != expected.contains(position)) {
          assertThat(is).as("%s", position).isEqualTo(expected.contains(position));
        }
      }
    }
  }

  @Test
  void knowsWhatWasAddedInAnyOrderAndNothingElse() {
    for (int i = 0; i < 20_000; i++) {
      add(random.nextInt(PARTITIONS), random.nextInt(200_000));
      add(0, LARGE + random.nextInt(1_000));
    }
    assertSame(0, 200_001);
    assertSame(LARGE - 10, LARGE + 1_010);
    assertThat(expected).hasSizeGreaterThan(10_000);
  }

  @Test
  void tellsPagesApartAtTheirBounds() {
    for (int page = 0; page < 4; page++) {
      long first = (long) page << 16;
      add(page % PARTITIONS, first);
      add(page % PARTITIONS, first + 0xFFFF);
    }
    assertSame(0, 5L << 16);
  }

  @Test
  void takesAFloodInOrder() {
    for (long offset = 0; offset < 150_000; offset++) {
      add(1, offset);
    }
    assertSame(0, 160_000);
  }
}
