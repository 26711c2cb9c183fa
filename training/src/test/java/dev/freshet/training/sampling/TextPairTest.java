package dev.freshet.training.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextPairTest {
  private static final int[] QUERY = {1, 10, 11, 2};
  private static final int[] DOCUMENT = {1, 20, 21, 22, 2};

  @Test
  void joinsBoth() {
    TextPair pair = TextPair.of(QUERY, DOCUMENT, 16);
    assertThat(pair.tokens()).containsExactly(1, 10, 11, 2, 20, 21, 22, 2);
    assertThat(pair.types()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
  }

  @Test
  void theEndOfTheDocumentIsLeftOut() {
    TextPair pair = TextPair.of(QUERY, new int[] {1, 20, 21, 22, 23, 24, 25, 2}, 8);
    assertThat(pair.tokens()).containsExactly(1, 10, 11, 2, 20, 21, 22, 2);
  }

  @Test
  void aLongQueryLeavesHalfToTheDocument() {
    TextPair pair = TextPair.of(new int[] {1, 10, 11, 12, 13, 14, 15, 16, 2}, DOCUMENT, 8);
    assertThat(pair.tokens()).containsExactly(1, 10, 11, 2, 20, 21, 22, 2);
    assertThat(pair.types()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
  }
}
