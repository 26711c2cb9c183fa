package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.corpus.CollectionFolder;
import dev.freshet.training.corpus.CorpusSize;
import dev.freshet.training.corpus.GeneratedCorpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a person runs it, with a collection of their own, but short. */
@Tag("slow")
class DemoTest {
  private static final long PATIENCE_SECONDS = 600;
  private static final int SEARCHES = 480;
  private static final String HEADING = "nDCG@10 on held-out queries";

  /** Dense, everyday speech, hybrid, BM25; then how many searches there were. */
  private static final String NUMBERS = "(\\s+[01]\\.\\d{3}){4}\\s+[\\d,]+";

  @TempDir private Path folder;

  @Test
  void aRoundIsShownFromTheFirstDocumentToTheChart() throws Exception {
    Path collection = folder.resolve("collection");
    CollectionFolder.write(collection, GeneratedCorpus.generate(new CorpusSize(200, 40), 3));
    Path data = folder.resolve("data");
    try (FreshetProcess demo =
        FreshetProcess.start(
            folder,
            "demo",
            "--exit",
            "--rounds",
            "1",
            "--searches",
            Integer.toString(SEARCHES),
            "--documents",
            collection.resolve("documents.jsonl").toString(),
            "--queries",
            collection.resolve("queries.jsonl").toString(),
            "--qrels",
            collection.resolve("qrels.tsv").toString(),
            "--port",
            "0",
            "--data-dir",
            data.toString(),
            "--set",
            "round.steps=20",
            "--set",
            "round.batch=16",
            "--set",
            "tune.checkpointInterval=1s",
            "--set",
            "index.checkpointInterval=1s")) {
      demo.awaitReady();
      assertThat(demo.awaitExit(PATIENCE_SECONDS)).as(demo.output()).isZero();

      List<String> lines = demo.output().lines().toList();
      int heading = lastStartingWith(HEADING, lines);
      assertThat(lines.get(heading + 1)).matches("generation 1 \\(untuned\\)" + NUMBERS);
      assertThat(lines.get(heading + 2))
          .matches("generation 2 \\(round 1(, rejected)?\\)" + NUMBERS);
      assertThat(searches(lines.get(heading + 1))).isZero();
      assertThat(searches(lines.get(heading + 2))).isGreaterThanOrEqualTo(SEARCHES);
      Path chart = data.resolve("demo.html");
      assertThat(lines.get(heading + 3)).isEqualTo("chart: " + chart);
      assertThat(Files.readString(chart))
          .contains("<svg", "Quality by round", "generation 1 (untuned)", "generation 2 (round 1");
    }
  }

  private static int lastStartingWith(String start, List<String> lines) {
    int last = -1;
    for (int i = 0; i < lines.size(); i++) {
      last = lines.get(i).startsWith(start) ? i : last;
    }
    assertThat(last).as("the table").isNotNegative();
    return last;
  }

  private static int searches(String row) {
    return Integer.parseInt(row.substring(row.lastIndexOf(' ') + 1).replace(",", ""));
  }
}
