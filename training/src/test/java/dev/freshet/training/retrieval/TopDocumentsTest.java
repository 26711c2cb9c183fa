package dev.freshet.training.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopDocumentsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 999, 1_000, 5_000})
  void keepsWhatSortingEverythingWouldPutFirst(int depth) {
    Random random = new Random(depth);
    TopDocuments top = new TopDocuments(depth);
    String[] ids = new String[1_000];
    List<ScoredDocument> all = new ArrayList<>();
    for (int document = 0; document < ids.length; document++) {
      ids[document] = "d" + document;
      // Few values, so that there are ties, of both signs.
      float score = (random.nextInt(41) - 20) / 3f;
      top.add(document, score);
      all.add(new ScoredDocument(ids[document], score));
    }
    // The sort is stable: of equal scores the lower document stays first.
    all.sort(Comparator.comparingDouble(document -> -document.score()));
    assertThat(top.bestFirst(ids)).isEqualTo(all.subList(0, Math.min(depth, all.size())));
  }
}
