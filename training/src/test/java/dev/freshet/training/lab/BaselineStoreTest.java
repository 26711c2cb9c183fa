package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineStoreTest {
  private static final Setting.Baseline UNTUNED = Samples.baseline("untuned", 0.25, 0.75);
  private static final Setting.Baseline RERANKED =
      new Setting.Baseline("bm25", Task.RERANKING, Samples.scores(0.5));

  @TempDir Path dir;

  @Test
  void whatWasMeasuredIsNotMeasuredAgain() {
    BaselineStore first = BaselineStore.open(dir);
    first.require("untuned", Task.RETRIEVAL, () -> UNTUNED);
    first.require("bm25", Task.RERANKING, () -> RERANKED);

    BaselineStore again = BaselineStore.open(dir);
    assertThat(again.all()).containsExactly(UNTUNED, RERANKED);
    again.require(
        "bm25",
        Task.RERANKING,
        () -> {
          throw new IllegalStateException("measured again");
        });
    Setting.Baseline other = Samples.baseline("bm25", 0.5);
    again.require("bm25", Task.RETRIEVAL, () -> other);
    assertThat(BaselineStore.open(dir).all()).containsExactly(UNTUNED, RERANKED, other);
  }

  @Test
  void bytesAreThoseOfTheFormat() throws IOException {
    BaselineStore.open(dir).require("untuned", Task.RETRIEVAL, () -> UNTUNED);
    assertThat(dir.resolve("baselines.json"))
        .hasContent(
            """
            {"format":1,"baselines":[{"name":"untuned","task":"retrieval",\
            "test":{"metrics":{"nDCG@10":0.5},"perQuery":[0.25,0.75]}}]}
            """);
    Files.writeString(dir.resolve("baselines.json"), "{\"format\":1,\"basel");
    assertThatThrownBy(() -> BaselineStore.open(dir))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("baselines.json")
        .hasMessageContaining("delete it");
  }
}
