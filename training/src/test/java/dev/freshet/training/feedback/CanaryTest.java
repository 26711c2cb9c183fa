package dev.freshet.training.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.retrieval.BiEncoder;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CanaryTest {
  private static final int TEXTS = 8;

  private static final List<CorpusDocument> DOCUMENTS =
      IntStream.range(0, TEXTS)
          .mapToObj(i -> new CorpusDocument("d" + i, "", "text " + i, Map.of()))
          .toList();

  private static final List<CorpusQuery> QUERIES =
      IntStream.range(0, TEXTS).mapToObj(i -> new CorpusQuery("q" + i, "text " + i, null)).toList();

  /** Tells texts apart by their last letter, a digit; on a side that has collapsed not at all. */
  private record FakeEncoder(boolean documentsCollapse, boolean queriesCollapse)
      implements BiEncoder {
    @Override
    public int dimensions() {
      return TEXTS;
    }

    @Override
    public float[][] encodeQueries(List<String> queries) {
      return queries.stream().map(query -> vector(query, queriesCollapse)).toArray(float[][]::new);
    }

    @Override
    public void encodeDocuments(List<CorpusDocument> documents, PassageConsumer consumer) {
      for (int i = 0; i < documents.size(); i++) {
        consumer.accept(i, new float[][] {vector(documents.get(i).text(), documentsCollapse)});
      }
    }

    private float[] vector(String text, boolean collapsed) {
      float[] vector = new float[TEXTS];
      vector[collapsed ? 0 : text.charAt(text.length() - 1) - '0'] = 1;
      return vector;
    }
  }

  private static final FakeEncoder SANE = new FakeEncoder(false, false);

  private static Verdict judge(FakeEncoder served, FakeEncoder candidate) {
    return Canary.judge(served, candidate, DOCUMENTS, QUERIES);
  }

  @Test
  void eitherSideMayCollapseAndIsFound() {
    assertThat(judge(SANE, SANE).isAccepted()).isTrue();
    assertThat(judge(SANE, new FakeEncoder(true, false)).reasons())
        .containsExactly(
            "canary documents look alike: their mean cosine is 1.000, at most 0.995 is sane");
    Verdict queries = judge(SANE, new FakeEncoder(false, true));
    assertThat(queries.reasons())
        .containsExactly(
            "canary queries look alike: their mean cosine is 1.000, at most 0.995 is sane");
    assertThat(queries.suspicious()).isTrue();
    assertThat(queries.metrics()).containsEntry("canary mean cosine of queries", 1.0);
  }

  @Test
  void whatWasNoBetterBeforeIsNotTheFaultOfTheModules() {
    FakeEncoder collapsed = new FakeEncoder(true, true);
    assertThat(judge(collapsed, collapsed).isAccepted()).isTrue();
  }

  @Test
  void oneQueryIsLikeNoOther() {
    Verdict verdict =
        Canary.judge(SANE, new FakeEncoder(false, true), DOCUMENTS, QUERIES.subList(0, 1));
    assertThat(verdict.isAccepted()).isTrue();
  }
}
