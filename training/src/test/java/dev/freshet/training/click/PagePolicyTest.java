package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PagePolicyTest {
  private static final int DRAWS = 20_000;

  static Stream<PagePolicy> policies() {
    return Stream.of(
        new PagePolicy.AsRanked(),
        new PagePolicy.SwapFirst(0.4),
        new PagePolicy.SwapTwo(0.7),
        new PagePolicy.ShuffleTop(3, 0.5),
        new PagePolicy.ShuffleTop(10, 1));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void showsRanksAsOftenAsItSays(PagePolicy policy) {
    for (int size : new int[] {1, 2, 5}) {
      int[][] counts = new int[size + 1][size + 1];
      Random random = new Random(3);
      for (int draw = 0; draw < DRAWS; draw++) {
        int[] ranks = policy.drawRanks(size, random);
        for (int i = 0; i < size; i++) {
          counts[ranks[i]][i + 1]++;
        }
      }
      for (int rank = 1; rank <= size; rank++) {
        for (int position = 1; position <= size; position++) {
          assertThat(policy.probability(rank, position, size))
              .as("rank %d at %d of %d", rank, position, size)
              .isCloseTo((double) counts[rank][position] / DRAWS, within(0.016));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("policies")
  void everyRankIsSomewhereAndEveryPositionHasOne(PagePolicy policy) {
    for (int size = 1; size <= 12; size++) {
      for (int i = 1; i <= size; i++) {
        double positions = 0;
        double ranks = 0;
        for (int j = 1; j <= size; j++) {
          positions += policy.probability(i, j, size);
          ranks += policy.probability(j, i, size);
        }
        assertThat(positions).isCloseTo(1, within(1e-12));
        assertThat(ranks).isCloseTo(1, within(1e-12));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("policies")
  void anEmptyPageStaysEmpty(PagePolicy policy) {
    assertThat(policy.drawRanks(0, new Random(1))).isEmpty();
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThatThrownBy(() -> new PagePolicy.SwapFirst(1.5))
        .hasMessage("share must be between 0 and 1, was 1.5");
    assertThatThrownBy(() -> new PagePolicy.SwapTwo(Double.NaN))
        .hasMessage("share must be between 0 and 1, was NaN");
    assertThatThrownBy(() -> new PagePolicy.ShuffleTop(1, 0.5))
        .hasMessage("depth must be at least 2, was 1");
  }
}
