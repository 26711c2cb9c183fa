package dev.freshet.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackedTextsTest {
  private static final int CLS = 2;
  private static final int SEP = 3;

  @Test
  void textsFollowEachOtherWithAnEndAfterEach() {
    List<int[]> texts = List.of(new int[] {10, 11, 12}, new int[] {20}, new int[] {30, 31});
    // 9 tokens with the ends make three sequences of three.
    PackedTexts packed = new PackedTexts(texts, CLS, SEP, 5, 3, 1);
    assertThat(packed.stepsAnEpoch()).isEqualTo(1);
    int[][] batch = packed.batch(0);
    assertThat(batch).hasDimensions(3, 5);
    List<Integer> tokens = new ArrayList<>();
    for (int[] sequence : batch) {
      assertThat(sequence[0]).isEqualTo(CLS);
      assertThat(sequence[4]).isEqualTo(SEP);
      Arrays.stream(sequence, 1, 4).forEach(tokens::add);
    }
    assertThat(tokens).containsExactlyInAnyOrder(10, 11, 12, SEP, 20, SEP, 30, 31, SEP);
  }

  @Test
  void aStepHasTheSameTokensAndItsArraysAreTheCallers() {
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      texts.add(new int[] {100 + i, 200 + i, 300 + i});
    }
    PackedTexts packed = new PackedTexts(texts, CLS, SEP, 10, 4, 1);
    int[][] first = packed.batch(2);
    int[][] kept = Arrays.stream(first).map(int[]::clone).toArray(int[][]::new);
    first[0][1] = -1;
    packed.batch(packed.stepsAnEpoch()); // another epoch in between
    assertThat(packed.batch(2)).isDeepEqualTo(kept);
  }

  @Test
  void shortTextsMakeShortSequences() {
    PackedTexts packed = new PackedTexts(List.of(new int[] {7, 8}), CLS, SEP, 128, 32, 1);
    assertThat(packed.batch(0)).isDeepEqualTo(new int[][] {{CLS, 7, 8, SEP, SEP}});
  }
}
