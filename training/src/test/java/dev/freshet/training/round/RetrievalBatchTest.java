package dev.freshet.training.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.sampling.Relevance;
import dev.freshet.training.sampling.TrainingExample;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetrievalBatchTest {
  private static final CorpusQuery ONE = new CorpusQuery("q1", "one", null);
  private static final CorpusQuery OTHER = new CorpusQuery("q2", "other", null);

  private static CorpusDocument document(String id) {
    return new CorpusDocument(id, "", id, Map.of());
  }

  private static RetrievalBatch batch(TrainingExample... examples) {
    List<TrainingExample> all = List.of(examples);
    return RetrievalBatch.of(all, Relevance.ofExamples(all), 2, new Random(1));
  }

  @Test
  void aKnownAnswerIsNoNegativeUnlessTheExampleSaysThatItsOwnIsBetter() {
    CorpusDocument full = document("full");
    CorpusDocument part = document("part");
    CorpusDocument left = document("left");
    RetrievalBatch batch =
        batch(
            new TrainingExample(ONE, full, List.of(part, left), 1),
            new TrainingExample(ONE, part, List.of(left), 0.4),
            new TrainingExample(OTHER, left, List.of(), 1));
    assertThat(batch.candidates()).containsExactly(full, part, left);
    // The first is told from two others, the second from one of them, the third from both.
    double chance = (Math.log(3) + 0.4 * Math.log(2) + Math.log(3)) / 2.4;
    assertThat(batch.targets().chance()).isCloseTo(chance, within(1e-6));
  }

  @Test
  void answersOfOneQueryAreNotToldFromEachOther() {
    RetrievalBatch batch =
        batch(
            new TrainingExample(ONE, document("a"), List.of(), 1),
            new TrainingExample(ONE, document("b"), List.of(), 1));
    assertThat(batch.targets().chance()).isZero();
  }
}
