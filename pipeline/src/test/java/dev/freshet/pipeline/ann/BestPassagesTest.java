package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against all that was offered, sorted. */
class BestPassagesTest {
  private static final int OFFERS = 2_000;
  private static final int DOCUMENTS = 300;

  /** So few that scores are often equal. */
  private static final int SCORES = 40;

  private static final int PASSAGES = 6;

  private final Random random = new Random(3);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 100, 299, 300, 1_000})
  void areTheBestOfAllOffersWhateverTheirOrder(int k) {
    BestPassages best = new BestPassages(k);
    Map<Integer, ScoredPassage> offered = new HashMap<>();
    for (int i = 0; i < OFFERS; i++) {
      ScoredPassage hit =
          new ScoredPassage(
              random.nextInt(DOCUMENTS), random.nextInt(PASSAGES), random.nextInt(SCORES));
      best.offer(hit.document(), hit.passage(), hit.score());
      offered.merge(hit.document(), hit, BestPassagesTest::better);
      List<ScoredPassage> expected = firstOf(offered, k);
      assertThat(best.threshold())
          .isEqualTo(expected.size() < k ? Float.NEGATIVE_INFINITY : expected.get(k - 1).score());
      if (i % 50 == 0 || i == OFFERS - 1) {
        assertThat(best.sorted(Float.NEGATIVE_INFINITY, 0)).isEqualTo(expected);
      }
    }
  }

  private static ScoredPassage better(ScoredPassage one, ScoredPassage other) {
    if (one.score() != other.score()) {
      return one.score() > other.score() ? one : other;
    }
    return one.passage() <= other.passage() ? one : other;
  }

  private static List<ScoredPassage> firstOf(Map<Integer, ScoredPassage> offered, int k) {
    List<ScoredPassage> all = new ArrayList<>(offered.values());
    all.sort(TopDocuments.BEST_FIRST);
    return all.subList(0, Math.min(k, all.size()));
  }

  @Test
  void scoresGrowByWhatIsGivenAndMinusZeroIsZero() {
    BestPassages best = new BestPassages(3);
    best.offer(1, 0, -2);
    best.offer(2, 4, 0.5f);
    best.offer(3, 0, -0f);
    assertThat(best.sorted(Float.NEGATIVE_INFINITY, 2))
        .containsExactly(
            new ScoredPassage(2, 4, 2.5f), new ScoredPassage(3, 0, 2), new ScoredPassage(1, 0, 0f));
    assertThat(best.sorted(Float.NEGATIVE_INFINITY, -0f)).contains(new ScoredPassage(3, 0, 0f));
  }
}
