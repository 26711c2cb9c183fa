package dev.freshet.training.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.training.click.DebiasedClicks;
import dev.freshet.training.click.TrainingPair;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.sampling.TrainingExample;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaughtExamplesTest {
  private static final List<CorpusQuery> QUERIES =
      List.of(new CorpusQuery("q1", "one", null), new CorpusQuery("q2", "two", null));
  private static final List<CorpusDocument> DOCUMENTS =
      List.of(
          new CorpusDocument("d1", "", "first", Map.of()),
          new CorpusDocument("d2", "", "second", Map.of()),
          new CorpusDocument("d3", "", "third", Map.of()));
  private static final Qrels TRUTH =
      new Qrels(List.of(new Judgement("q1", "d1", 2), new Judgement("q2", "d2", 1)));

  private static TrainingPair pair(String query, String document, double worth) {
    return new TrainingPair(query, document, Math.min(1, worth), worth, 10, 5);
  }

  private static TaughtExamples of(List<TrainingPair> positives, List<TrainingPair> negatives) {
    return TaughtExamples.of(new DebiasedClicks(positives, negatives), QUERIES, DOCUMENTS);
  }

  @Test
  void knowsWhatTheClicksSayAndNothingElse() {
    TaughtExamples taught =
        of(List.of(pair("q1", "d1", 3), pair("q1", "d2", 1)), List.of(pair("q1", "d3", 1)));
    assertThat(taught.examples()).extracting(TrainingExample::weight).containsExactly(3.0, 1.0);
    assertThat(taught.examples())
        .allSatisfy(example -> assertThat(example.negatives()).contains(DOCUMENTS.get(2)));
    assertThat(taught.relevance().isRelevant("q1", "d2")).isTrue();
    assertThat(taught.relevance().isRelevant("q2", "d2")).isFalse();
  }

  @Test
  void whatAnswersInPartStandsBehindWhatAnswers() {
    TaughtExamples taught =
        of(
            List.of(pair("q1", "d1", 1), pair("q1", "d2", 0.4), pair("q2", "d1", 1)),
            List.of(pair("q1", "d3", 1)));
    assertThat(taught.examples())
        .extracting(TrainingExample::negatives)
        .containsExactly(
            List.of(DOCUMENTS.get(2), DOCUMENTS.get(1)), List.of(DOCUMENTS.get(2)), List.of());
    TaughtExamples alike = of(List.of(pair("q1", "d1", 1), pair("q1", "d2", 0.8)), List.of());
    assertThat(alike.examples()).allSatisfy(example -> assertThat(example.negatives()).isEmpty());
  }

  @Test
  void howMuchAnAnswerCountsSaysNothingOfTheirOrder() {
    List<TrainingPair> positives =
        List.of(pair("q1", "d1", 1).withWeight(0.1), pair("q1", "d2", 1));
    assertThat(of(positives, List.of()).examples())
        .allSatisfy(example -> assertThat(example.negatives()).isEmpty());
  }

  @Test
  void qualityWeighsByWeight() {
    TaughtExamples.Quality quality =
        of(List.of(pair("q1", "d1", 3), pair("q1", "d2", 1)), List.of()).quality(TRUTH, 2);
    assertThat(quality).isEqualTo(new TaughtExamples.Quality(2, 0.75, 0.5));
    assertThat(of(List.of(), List.of()).quality(TRUTH, 2).precision()).isNaN();
  }

  @Test
  void refusesALogOfAnotherCollection() {
    assertThatThrownBy(() -> of(List.of(pair("q1", "d9", 1)), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("d9");
  }
}
