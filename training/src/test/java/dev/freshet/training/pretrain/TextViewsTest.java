package dev.freshet.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextViewsTest {
  private static final int CLS = 2;
  private static final int SEP = 3;
  private final TextViews views = new TextViews(CLS, SEP, 128);

  private static List<Integer> inner(int[] view) {
    assertThat(view[0]).isEqualTo(CLS);
    assertThat(view[view.length - 1]).isEqualTo(SEP);
    return Arrays.stream(view, 1, view.length - 1).boxed().toList();
  }

  @Test
  void titleStandsAgainstTheTextAndASpanAgainstTheRest() {
    int[] title = IntStream.range(500, 506).toArray();
    int[] text = IntStream.range(1000, 1100).toArray();
    Random random = new Random(1);
    int byTitle = 0;
    int cutOut = 0;
    for (int i = 0; i < 1000; i++) {
      int[][] pair = views.pair(new TextViews.Tokens(title, text), random);
      List<Integer> left = inner(pair[0]);
      List<Integer> right = inner(pair[1]);
      assertThat(left).isSorted().doesNotHaveDuplicates();
      assertThat(right).isSorted().doesNotHaveDuplicates();
      if (left.get(0) < 1000) {
        byTitle++;
        assertThat(right).allMatch(token -> token >= 1000);
      } else {
        assertThat(left.get(left.size() - 1) - left.get(0)).isLessThan(20);
        cutOut += right.stream().noneMatch(left::contains) ? 1 : 0;
      }
      assertThat(right).hasSizeBetween(60, 106);
    }
    assertThat(byTitle).isBetween(640, 760);
    assertThat((double) cutOut / (1000 - byTitle)).isBetween(0.85, 0.97);
  }

  @Test
  void viewsKeepWithinTheWindow() {
    TextViews narrow = new TextViews(CLS, SEP, 16);
    int[] text = IntStream.range(1000, 1100).toArray();
    int[][] pair = narrow.pair(new TextViews.Tokens(new int[0], text), new Random(1));
    assertThat(pair[1]).hasSize(16);
    assertThat(inner(pair[1])).hasSize(14);
  }

  @Test
  void shortTextsAndMissingTitlesHaveViewsToo() {
    Random random = new Random(2);
    for (int i = 0; i < 50; i++) {
      int[][] pair = views.pair(new TextViews.Tokens(new int[0], new int[] {9}), random);
      assertThat(pair).isDeepEqualTo(new int[][] {{CLS, 9, SEP}, {CLS, 9, SEP}});
    }
    int[][] empty = views.pair(new TextViews.Tokens(new int[0], new int[0]), random);
    assertThat(empty).isDeepEqualTo(new int[][] {{CLS, SEP}, {CLS, SEP}});
  }
}
