package dev.freshet.pipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusPart;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DemoCollectionTest {
  private static final int ANSWERS = 100;
  private static final int MOST_LATER = 300;
  private static final int EVERYTHING = Integer.MAX_VALUE;

  /** Query i is answered by document i; nobody asks for the others. */
  private static CorpusCollection judged(int others) {
    List<CorpusDocument> documents = new ArrayList<>();
    List<CorpusQuery> queries = new ArrayList<>();
    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < others; i++) {
      documents.add(document("other" + i));
    }
    for (int i = 0; i < ANSWERS; i++) {
      documents.add(document("answer" + i));
      queries.add(new CorpusQuery("q" + i, "query " + i, null));
      judgements.add(new Judgement("q" + i, "answer" + i, 1));
    }
    return new CorpusCollection(documents, queries, judgements);
  }

  private static CorpusDocument document(String id) {
    return new CorpusDocument(id, "", "text of " + id, Map.of());
  }

  private static Set<String> ids(List<CorpusQuery> queries) {
    return queries.stream().map(CorpusQuery::id).collect(Collectors.toSet());
  }

  private static List<String> idsOf(List<CorpusDocument> documents) {
    return documents.stream().map(CorpusDocument::id).toList();
  }

  @Test
  void nobodyAsksWhatQualityIsMeasuredWith() {
    DemoCollection divided = DemoCollection.of(judged(0), EVERYTHING);
    Set<String> asked = ids(divided.asked());
    Set<String> heldOut = ids(divided.heldOut());
    assertThat(asked).isNotEmpty().doesNotContainAnyElementsOf(heldOut);
    assertThat(asked.size() + heldOut.size()).isEqualTo(ANSWERS);
    for (String query : heldOut) {
      String answer = "answer" + query.substring(1);
      assertThat(CorpusPart.of(answer)).as(answer).isEqualTo(CorpusPart.TEST);
      assertThat(divided.heldOutTruth().grade(query, answer)).isEqualTo(1);
      assertThat(divided.truth().grade(query, answer)).isEqualTo(1);
    }
    for (String query : asked) {
      assertThat(divided.heldOutTruth().grade(query, "answer" + query.substring(1))).isZero();
    }
  }

  @Test
  void onlyNobodysAnswersComeLaterAndNotMoreThanPeopleHaveTimeFor() {
    CorpusCollection all = judged(MOST_LATER + 20);
    DemoCollection divided = DemoCollection.of(all, EVERYTHING);
    assertThat(divided.later()).hasSize(MOST_LATER);
    assertThat(idsOf(divided.later())).allMatch(id -> id.startsWith("other"));
    assertThat(Stream.concat(divided.first().stream(), divided.later().stream()))
        .containsExactlyInAnyOrderElementsOf(all.documents());
    assertThat(divided.documents()).isEqualTo(all.documents().size());
  }

  @Test
  void aDocumentThatIsJudgedNotToAnswerIsThereFromTheBeginning() {
    CorpusCollection all = judged(2);
    List<Judgement> judgements = new ArrayList<>(all.judgements());
    judgements.add(new Judgement("q0", "other1", 0));
    DemoCollection divided =
        DemoCollection.of(
            new CorpusCollection(all.documents(), all.queries(), judgements), EVERYTHING);
    assertThat(idsOf(divided.later())).containsExactly("other0");
  }

  @Test
  void someOfTheHeldOutQueriesMeasureTheSameEachTime() {
    CorpusCollection all = judged(0);
    int few = 3;
    DemoCollection divided = DemoCollection.of(all, few);
    assertThat(divided.heldOut())
        .hasSize(few)
        .isSubsetOf(DemoCollection.of(all, EVERYTHING).heldOut())
        .isEqualTo(DemoCollection.of(all, few).heldOut());
    assertThat(divided.asked()).isEqualTo(DemoCollection.of(all, EVERYTHING).asked());
  }

  @Test
  void aCollectionThatLeavesNothingToMeasureWithIsRefusedWithNumbers() {
    CorpusCollection all = judged(0);
    CorpusCollection toAsk =
        new CorpusCollection(
            all.documents(),
            all.part(CorpusPart.TRAIN).queries(),
            all.part(CorpusPart.TRAIN).judgements());
    assertThatThrownBy(() -> DemoCollection.of(toAsk, EVERYTHING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which have %d and 0 queries with an answer", toAsk.queries().size());
    assertThatThrownBy(() -> DemoCollection.of(all.part(CorpusPart.TEST), EVERYTHING))
        .hasMessageContaining("which have 0 and ");
  }
}
