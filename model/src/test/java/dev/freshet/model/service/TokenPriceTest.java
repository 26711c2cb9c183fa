package dev.freshet.model.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TokenPriceTest {
  private final TokenPrice price = new TokenPrice(1_000);

  @Test
  void theFirstBatchTellsNothing() {
    price.learn(10, 1_000_000_000);
    assertThat(price.nanosPerToken()).isZero();
    assertThat(price.nanos(100)).isZero();
    price.learn(10, 50);
    assertThat(price.nanosPerToken()).isEqualTo(5);
    assertThat(price.nanos(100)).isEqualTo(500);
  }

  @Test
  void tokensCountNotBatches() {
    price.learn(1, 0);
    price.learn(500, 500);
    price.learn(10, 20);
    assertThat(price.nanosPerToken()).isCloseTo(520 / 510.0, within(1e-9));
  }

  @Test
  void whatLiesBackIsForgotten() {
    price.learn(1, 0);
    price.learn(100, 100);
    for (int i = 0; i < 100; i++) {
      price.learn(100, 300);
    }
    assertThat(price.nanosPerToken()).isCloseTo(3, within(0.01));
    price.learn(5_000, 10_000);
    assertThat(price.nanosPerToken()).as("longer than the memory").isEqualTo(2);
  }

  @Test
  void aBatchThatWasHeldUpCountsForLittle() {
    price.learn(1, 0);
    price.learn(1_000, 1_000);
    price.learn(100, 100_000_000);
    assertThat(price.nanosPerToken()).isCloseTo(1.3, within(1e-9));
  }
}
