package dev.freshet.training.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EpochsTest {
  @Test
  void everyExampleOnceAnEpochInAnOrderOfItsOwn() {
    Epochs epochs = new Epochs(12, 4, 1);
    assertThat(epochs.stepsAnEpoch()).isEqualTo(3);
    for (int epoch = 0; epoch < 2; epoch++) {
      Set<Integer> seen = new TreeSet<>();
      for (int step = 3 * epoch; step < 3 * epoch + 3; step++) {
        Arrays.stream(epochs.batch(step)).forEach(seen::add);
      }
      assertThat(seen).hasSize(12).contains(0, 11);
    }
    assertThat(epochs.batch(0)).isNotEqualTo(epochs.batch(3));
  }

  @Test
  void aStepHasTheSameExamplesWheneverItIsAskedFor() {
    Epochs forwards = new Epochs(100, 8, 7);
    int[] first = forwards.batch(0);
    int[] later = forwards.batch(30);
    Epochs backwards = new Epochs(100, 8, 7);
    assertThat(backwards.batch(30)).isEqualTo(later);
    assertThat(backwards.batch(0)).isEqualTo(first);
    assertThat(new Epochs(100, 8, 8).batch(0)).isNotEqualTo(first);
  }

  @Test
  void fewerExamplesThanABatchAreAllOfIt() {
    Epochs epochs = new Epochs(3, 8, 1);
    assertThat(epochs.stepsAnEpoch()).isEqualTo(1);
    assertThat(epochs.batch(5)).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void remainderIsLeftOutOfItsEpoch() {
    Epochs epochs = new Epochs(10, 4, 1);
    assertThat(epochs.stepsAnEpoch()).isEqualTo(2);
    assertThat(epochs.epoch(1)).isZero();
    assertThat(epochs.epoch(2)).isEqualTo(1);
  }
}
