package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.ScoringSettings;
import dev.freshet.training.round.TinyWorld;
import dev.freshet.training.round.TuningPlan;
import dev.freshet.training.sampling.Relevance;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialRunnerTest {
  private static final CorpusCollection WORLD = TinyWorld.collection(8);

  private static Run found() {
    return new Run(
        WORLD.queries().stream()
            .collect(
                Collectors.toMap(
                    query -> query.id(),
                    query ->
                        Ranking.of(
                            List.of(new ScoredDocument("d1", 2), new ScoredDocument("d2", 1))))));
  }

  @Test
  void reRankingIsProbedToo(@TempDir Path folder) {
    LabCollection collection =
        new LabCollection(
            WORLD.documents(),
            TinyWorld.examples(WORLD),
            Relevance.ofJudgements(WORLD.judgements()),
            WORLD,
            WORLD);
    RerankingBench bench =
        new RerankingBench(
            collection,
            new ScoringSettings(2, 2, ScoringSettings.defaults().loss()),
            found(),
            found(),
            2,
            3);
    TuningPlan plan = new TuningPlan(4, 1, 1e-2, 0, 0.01, 0, 0);
    try (Backbone backbone = TinyWorld.backbone(folder)) {
      TrialResult result =
          new TrialRunner(backbone, plan, 0.25)
              .run(
                  new Trial(Task.RERANKING, "bitfit", null, 1e-2, 1),
                  Contender.parse("bitfit"),
                  bench,
                  true);
      Directions directions = Objects.requireNonNull(result.probes().directions());
      assertThat(directions.probes())
          .allSatisfy(
              probe -> {
                assertThat(probe.displacementCosine()).isNull();
                assertThat(probe.modules()).containsKey("encoder.layer.1");
              });
      assertThat(result.probes().smoothness()).isNotNull();
      assertThat(result.probes().landscape()).isNotNull();
    }
  }
}
