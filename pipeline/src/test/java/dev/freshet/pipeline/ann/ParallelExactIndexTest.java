package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** An index large enough that a search is split over threads. */
class ParallelExactIndexTest {
  private static final int DIMENSIONS = 1_024;
  private static final int DOCUMENTS = 8_000;

  /** Compiled code may add lanes in another order than interpreted code. */
  private static final Offset<Float> ROUNDING = within(1e-4f);

  @Test
  void severalThreadsAnswerWhatOneAnswers() {
    ExactIndex alone = new ExactIndex(DIMENSIONS, 1);
    ExactIndex shared = new ExactIndex(DIMENSIONS, 3);
    Random random = new Random(8);
    for (int document = 0; document < DOCUMENTS; document++) {
      float[][] passages = {vector(random)};
      alone.upsert(document, passages);
      shared.upsert(document, passages);
    }
    for (int i = 0; i < 10; i++) {
      float[] query = vector(random);
      List<ScoredPassage> expected = alone.search(query, 25, document -> document % 3 != 0);
      List<ScoredPassage> found = shared.search(query, 25, document -> document % 3 != 0);
      assertThat(found)
          .extracting(ScoredPassage::document)
          .isEqualTo(expected.stream().map(ScoredPassage::document).toList());
      for (int hit = 0; hit < expected.size(); hit++) {
        assertThat(found.get(hit).score()).isCloseTo(expected.get(hit).score(), ROUNDING);
      }
    }
  }

  private static float[] vector(Random random) {
    float[] vector = new float[DIMENSIONS];
    for (int d = 0; d < DIMENSIONS; d++) {
      vector[d] = random.nextFloat() - 0.5f;
    }
    return vector;
  }
}
