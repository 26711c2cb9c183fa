package dev.freshet.pipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.app.FreshetClient;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.SearchAnswer;
import dev.freshet.pipeline.search.SearchRequest;
import dev.freshet.pipeline.search.Searcher;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoViewTest {
  private static final Qrels TRUTH = new Qrels(List.of(new Judgement("q", "d", 1)));

  private static final DemoCollection COLLECTION =
      new DemoCollection(
          List.of(new CorpusDocument("d", "", "text", Map.of())),
          List.of(),
          List.of(new CorpusQuery("q", "text", null)),
          List.of(),
          TRUTH,
          TRUTH);

  /** Is asked for nothing but its generations. */
  private record Node(int servedGeneration, List<GenerationStatus> generations)
      implements Searcher {
    @Override
    public SearchAnswer search(SearchRequest request) {
      throw new AssertionError(request);
    }

    @Override
    public Optional<Document> document(String id) {
      throw new AssertionError(id);
    }
  }

  private static GenerationRecord published(int generation) {
    return GenerationRecord.published(
        generation, "f", "a model", generation, 1, Map.of(), Instant.EPOCH);
  }

  private static GenerationStatus rejected(int generation) {
    return GenerationStatus.elsewhere(
        published(generation).rejected(List.of("worse"), Instant.EPOCH));
  }

  private static GenerationStatus served(int generation) {
    return GenerationStatus.here(
        published(generation).served(Instant.EPOCH), true, 5, 5, 4, 1, 0, null, null, 100);
  }

  private static DemoView view(Screen screen, Searcher node) {
    DemoClient client = new DemoClient(new FreshetClient(URI.create("http://127.0.0.1:1"), null));
    return new DemoView(
        new LiveLines(screen.terminal()),
        node,
        COLLECTION,
        new DocumentStream(client, node, COLLECTION),
        new Users(client, COLLECTION, 1, 1));
  }

  @Test
  void theServedGenerationIsShownHoweverManyWereRejectedSince() {
    Searcher node =
        new Node(
            2,
            List.of(
                rejected(7),
                rejected(6),
                rejected(5),
                rejected(4),
                GenerationStatus.elsewhere(published(3).retired("old", Instant.EPOCH)),
                served(2)));
    Screen screen = new Screen(true);
    view(screen, node).phase("searches");
    assertThat(screen.rows())
        .filteredOn(row -> row.contains("generation"))
        .extracting(row -> row.substring(2, 25))
        .containsExactly(
            "* generation 2  SERVED ",
            "  generation 5  REJECTE",
            "  generation 6  REJECTE",
            "  generation 7  REJECTE");
    assertThat(screen.rows()).anyMatch(row -> row.endsWith("searches"));
  }

  @Test
  void whatARoundCameToStaysAndTheRestChanges() {
    Screen screen = new Screen(true);
    DemoView view = view(screen, new Node(1, List.of(served(1))));
    view.phase("one");
    view.settled(new Standing(1, 2, false, List.of("worse"), new Quality(0.1, 0.2, 0.3, 0.4), 5));
    view.phase("two");
    view.clear();
    assertThat(String.join("", screen.rows()))
        .startsWith("generation 2 (round 1, rejected)")
        .endsWith("         5           worse");
  }

  @Test
  void withoutATerminalALineNowAndThenSaysItAll() {
    Screen screen = new Screen(false);
    DemoView view = view(screen, new Node(1, List.of(served(1))));
    view.phase("searches");
    view.show();
    assertThat(String.join("", screen.rows()))
        .isEqualTo("0:00  searches: 0 of 1 documents; 0 searches, 0 clicks; generation 1 SERVED");
  }
}
