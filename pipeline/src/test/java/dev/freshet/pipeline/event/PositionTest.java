package dev.freshet.pipeline.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PositionTest {
  @Test
  void withinAPartitionTheOffsetDecidesWhateverTheClockSays() {
    assertThat(supersedes(1, 8, 100, 1, 7, 200)).isTrue();
    assertThat(supersedes(1, 7, 200, 1, 8, 100)).isFalse();
    assertThat(supersedes(1, 7, 100, 1, 7, 100)).isFalse();
  }

  @Test
  void betweenPartitionsTheTimeDecides() {
    assertThat(supersedes(0, 3, 200, 3, 900, 100)).isTrue();
    assertThat(supersedes(3, 900, 100, 0, 3, 200)).isFalse();
  }

  @Test
  void ofEqualTimesExactlyOneSupersedes() {
    assertThat(supersedes(3, 1, 100, 0, 9, 100)).isTrue();
    assertThat(supersedes(0, 9, 100, 3, 1, 100)).isFalse();
  }

  private static boolean supersedes(
      int partition, long offset, long millis, int otherPartition, long otherOffset, long other) {
    return Position.supersedes(
        new Position(partition, offset), millis, new Position(otherPartition, otherOffset), other);
  }
}
