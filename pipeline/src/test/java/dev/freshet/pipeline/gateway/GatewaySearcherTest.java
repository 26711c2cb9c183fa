package dev.freshet.pipeline.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.freshet.model.encoder.EncodingException;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.GatewayConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.search.Filter;
import dev.freshet.pipeline.search.GenerationNotReadyException;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Hit;
import dev.freshet.pipeline.search.Missing;
import dev.freshet.pipeline.search.SearchAnswer;
import dev.freshet.pipeline.search.SearchRequest;
import dev.freshet.pipeline.search.UnknownGenerationException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewaySearcherTest {
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void close() throws Exception {
    release.countDown();
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private FakeNode node(String partitions) {
    FakeNode node = FakeNode.of(partitions);
    opened.add(node);
    return node;
  }

  private static GatewayConfig config(List<FakeNode> nodes, String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put(
        "gateway.nodes",
        nodes.stream().map(node -> node.uri().toString()).collect(Collectors.joining(",")));
    // Looks come when a test wants them: what is tested is what a search itself finds out.
    all.put("gateway.interval", "1m");
    for (int i = 0; i < settings.length; i += 2) {
      all.put("gateway." + settings[i], settings[i + 1]);
    }
    return ConfigLoader.load(null, Map.of(), all).gateway();
  }

  private GatewaySearcher gateway(List<FakeNode> nodes, String... settings) throws Exception {
    Cluster cluster = Cluster.start(config(nodes, settings), null);
    opened.add(0, cluster);
    GatewaySearcher searcher = new GatewaySearcher(cluster);
    searcher.follow(served(1));
    return searcher;
  }

  private static Generations served(int generation) throws Exception {
    return Generations.NONE.with(GenerationRecord.first(generation, "f", "a model", Instant.EPOCH));
  }

  private static SearchRequest request(SearchMode mode, int k) {
    return new SearchRequest("ice", k, mode, null, null);
  }

  private static List<String> ids(SearchAnswer answer) {
    return answer.hits().stream().map(Hit::id).toList();
  }

  @Test
  void joinsDenseListsByScoreAndOfEqualOnesById() throws Exception {
    FakeNode left = node("0").with("b", 0, 1, .9f, null).with("d", 0, 2, .5f, null);
    FakeNode right = node("1").with("a", 1, 1, .9f, null).with("c", 1, 2, .7f, null);
    GatewaySearcher gateway = gateway(List.of(left, right));
    SearchAnswer answer = gateway.search(request(SearchMode.DENSE, 3));
    assertThat(answer.hits())
        .containsExactly(
            new Hit("a", .9f, "title", "of 1", Map.of("year", 1687)),
            new Hit("b", .9f, "title", "of 1", Map.of("year", 1687)),
            new Hit("c", .7f, "title", "of 1", Map.of("year", 1687)));
    assertThat(answer.generation()).isEqualTo(1);
    assertThat(answer.isPartial()).isFalse();
  }

  /** Fused within each shard, "low" would be the first of a list twice, and win. */
  @Test
  void fusesAfterTheListsOfAllShardsAreJoined() throws Exception {
    FakeNode left = node("0").with("low", 0, 1, .1f, 1f);
    FakeNode right =
        node("1")
            .with("best", 1, 1, .9f, 9f)
            .with("dense", 1, 2, .8f, null)
            .with("words", 1, 3, null, 8f);
    SearchAnswer answer = gateway(List.of(left, right)).search(request(SearchMode.HYBRID, 10));
    assertThat(answer.hits())
        .extracting(Hit::id, Hit::score)
        .containsExactly(
            tuple("best", (double) (float) (2 / 6.0)),
            tuple("low", (double) (float) (2 / 8.0)),
            tuple("words", (double) (float) (1 / 7.0)),
            tuple("dense", (double) (float) (1 / 7.0)));
  }

  @Test
  void theDenseListCountsWhatItsGenerationSays() throws Exception {
    FakeNode left = node("0").with("near", 0, 1, .9f, null);
    FakeNode right = node("1").with("words", 1, 1, null, 9f);
    right.denseWeight = 4.0; // the other one is of an earlier version
    assertThat(gateway(List.of(left, right)).search(request(SearchMode.HYBRID, 10)).hits())
        .extracting(Hit::id, Hit::score)
        .containsExactly(
            tuple("near", (double) (float) (4 / 6.0)), tuple("words", (double) (float) (1 / 6.0)));
  }

  @Test
  void whatAnotherShardKnowsToBeChangedOrDeletedIsNotShown() throws Exception {
    FakeNode left =
        node("0")
            .with("changed", 0, 1, .9f, null)
            .with("gone", 0, 2, .8f, null)
            .with("stays", 0, 3, .7f, null);
    FakeNode right = node("1").with("changed", 1, 9, .1f, null).delete("gone", 1, 9);
    GatewaySearcher gateway = gateway(List.of(left, right));
    assertThat(ids(gateway.search(request(SearchMode.DENSE, 1)))).containsExactly("stays");
    assertThat(gateway.search(request(SearchMode.DENSE, 10)).hits())
        .extracting(Hit::id, Hit::score)
        .containsExactly(tuple("stays", (double) .7f), tuple("changed", (double) .1f));
    assertThat(gateway.document("changed").orElseThrow().text()).isEqualTo("text in 1");
    assertThat(gateway.document("stays").orElseThrow().attributes())
        .isEqualTo(Map.of("year", 1687));
    assertThat(gateway.document("gone")).isEmpty();
    assertThat(gateway.document("never")).isEmpty();
  }

  /** One shard finds the old version by vector, another one the new one by words. */
  @Test
  void theNewerOfTwoVersionsCountsWhereItWasFound() throws Exception {
    FakeNode left = node("0").with("changed", 0, 1, .9f, null).with("a", 0, 2, .8f, null);
    FakeNode right = node("1").with("changed", 1, 9, null, 5f);
    SearchAnswer answer = gateway(List.of(left, right)).search(request(SearchMode.HYBRID, 10));
    assertThat(answer.hits())
        .extracting(Hit::id, Hit::score)
        .containsExactlyInAnyOrder(
            tuple("changed", (double) (float) (1 / 6.0)), tuple("a", (double) (float) (1 / 6.0)));
  }

  @Test
  void moreIsFetchedWhereMuchIsSuperseded() throws Exception {
    FakeNode left = node("0").with("stays", 0, 1, .1f, null);
    FakeNode right = node("1");
    for (int i = 0; i < 20; i++) {
      left.with("gone" + i, 0, 10 + i, .9f, null);
      right.delete("gone" + i, 1, 100);
    }
    GatewaySearcher gateway = gateway(List.of(left, right));
    assertThat(ids(gateway.search(request(SearchMode.DENSE, 2)))).containsExactly("stays");
  }

  /** Shards show the first hits of their lists alone, and all of those are superseded here. */
  @Test
  void whatStandsBelowMuchThatIsSupersededIsFetchedToBeShown() throws Exception {
    FakeNode left = node("0").with("near", 0, 1, .1f, null).with("words", 0, 2, null, .1f);
    FakeNode right = node("1");
    for (int i = 0; i < 60; i++) {
      boolean byVector = i % 2 == 0;
      left.with("gone" + i, 0, 10 + i, byVector ? .9f : null, byVector ? null : .9f);
      right.delete("gone" + i, 1, 100);
    }
    GatewaySearcher gateway = gateway(List.of(left, right));
    assertThat(ids(gateway.search(request(SearchMode.HYBRID, 2))))
        .containsExactlyInAnyOrder("near", "words");
    assertThat(left.queries).as("once more, with more of them shown").hasSize(2);
    // Hits beyond the page make up for none of it.
    right.with("below", 1, 200, .05f, null);
    SearchRequest explored =
        new SearchRequest("ice", 1, SearchMode.HYBRID, null, null, null, true, null, 2);
    assertThat(ids(gateway.search(explored))).containsExactly("words", "near", "below");
  }

  @Test
  void passesOnFilterModeGenerationAndRecall() throws Exception {
    FakeNode left = node("0").with("a", 0, 1, .9f, null);
    FakeNode right = node("1");
    Filter filter = new Filter.Not(new Filter.Range("year", 1, null, null, "b"));
    gateway(List.of(left, right))
        .search(new SearchRequest("ice", 5, SearchMode.DENSE, filter, 1, null, false, 0.5, 0));
    assertThat(right.queries)
        .singleElement()
        .satisfies(
            query -> {
              assertThat(query.filter())
                  .isEqualTo(
                      new Filter.Not(new Filter.And(List.of(((Filter.Not) filter).filter()))));
              assertThat(query.mode()).isEqualTo(SearchMode.DENSE);
              assertThat(query.generation()).isEqualTo(1);
              assertThat(query.recall()).isEqualTo(0.5);
              assertThat(query.depth()).isGreaterThanOrEqualTo(5);
            });
  }

  @Test
  void anotherReplicaAnswersWhereOneFailsOrIsGone() throws Exception {
    FakeNode failing = node("0").with("a", 0, 1, .9f, null);
    FakeNode gone = node("0");
    FakeNode well = node("0").with("a", 0, 1, .9f, null);
    FakeNode other = node("1");
    GatewaySearcher gateway = gateway(List.of(failing, gone, well, other));
    failing.beforeSearch =
        () -> {
          throw new IllegalStateException("broken");
        };
    gone.close();
    for (int i = 0; i < 6; i++) {
      SearchAnswer answer = gateway.search(request(SearchMode.DENSE, 10));
      assertThat(ids(answer)).containsExactly("a");
      assertThat(answer.isPartial()).isFalse();
    }
    assertThat(failing.queries).as("left out once it has failed").hasSizeLessThanOrEqualTo(1);
    assertThat(gateway.nodes())
        .filteredOn(line -> line.url().equals(gone.uri().toString()))
        .allSatisfy(line -> assertThat(line.problem()).isIn("", "nobody answers there"));
  }

  @Test
  void anotherReplicaIsAskedTooWhereOneIsSlow() throws Exception {
    FakeNode slow = node("0");
    FakeNode fast = node("0").with("a", 0, 1, .9f, null);
    FakeNode other = node("1");
    slow.beforeSearch = this::hang;
    GatewaySearcher gateway =
        gateway(List.of(slow, fast, other), "hedgeAfter", "20ms", "shardTimeout", "1m");
    for (int i = 0; i < 4; i++) {
      assertThat(ids(gateway.search(request(SearchMode.DENSE, 10)))).containsExactly("a");
    }
    assertThat(slow.queries).as("asked in its turn").isNotEmpty();
  }

  private void hang() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anAnswerSaysWhatIsMissingAndWhy() throws Exception {
    FakeNode hung = node("0");
    FakeNode well = node("1").with("a", 1, 1, .9f, null);
    hung.beforeSearch = this::hang;
    GatewaySearcher gateway = gateway(List.of(hung, well), "shardTimeout", "2s");
    SearchAnswer answer = gateway.search(request(SearchMode.DENSE, 10));
    assertThat(ids(answer)).containsExactly("a");
    assertThat(answer.isPartial()).isTrue();
    assertThat(answer.missing())
        .containsExactly(
            new Missing(List.of(0), hung.uri() + ": no answer within 2s (gateway.shardTimeout)"));
    assertThat(gateway.nodes())
        .filteredOn(line -> !line.problem().isEmpty())
        .extracting(GatewaySearcher.NodeLine::url)
        .containsExactly(hung.uri().toString());
  }

  @Test
  void aQuestionThatNoNodeCanAnswerTakesNoShardAwayFromOthers() throws Exception {
    FakeNode one = node("0-1").with("a", 0, 1, .9f, null);
    FakeNode two = node("0-1").with("a", 0, 1, .9f, null);
    GatewaySearcher gateway = gateway(List.of(one, two));
    Runnable breaking =
        () -> {
          throw new IllegalStateException("too much to ask");
        };
    one.beforeSearch = breaking;
    two.beforeSearch = breaking;
    assertThatThrownBy(() -> gateway.search(request(SearchMode.DENSE, 10)))
        .isInstanceOf(GenerationNotReadyException.class);

    one.beforeSearch = () -> {};
    two.beforeSearch = () -> {};
    assertThat(gateway.missingPartitions()).isZero();
    assertThat(ids(gateway.search(request(SearchMode.DENSE, 10)))).containsExactly("a");
  }

  @Test
  void aDocumentThatMayBeWhereNobodyAnswersIsNotSaidToBeMissing() throws Exception {
    FakeNode gone = node("0");
    FakeNode well = node("1").with("a", 1, 1, .9f, null);
    GatewaySearcher gateway = gateway(List.of(gone, well));
    gone.close();
    assertThat(gateway.document("a")).isPresent();
    assertThatThrownBy(() -> gateway.document("b"))
        .isInstanceOf(GenerationNotReadyException.class)
        .hasMessageContaining("others do not: partitions 0: " + gone.uri());
    assertThat(gateway.missingPartitions()).isEqualTo(1);
    assertThat(gateway.obstacle()).as("it answers all the same").isEmpty();
  }

  @Test
  void partitionsThatNobodyHoldsAreMissing() throws Exception {
    FakeNode only = node("1").with("a", 1, 1, .9f, null);
    SearchAnswer answer = gateway(List.of(only)).search(request(SearchMode.DENSE, 10));
    assertThat(ids(answer)).containsExactly("a");
    assertThat(answer.missing())
        .containsExactly(new Missing(List.of(0), "no node of gateway.nodes holds them"));
  }

  @Test
  void withoutAnyNodeThereIsNoAnswer() throws Exception {
    FakeNode left = node("0");
    GatewaySearcher gateway = gateway(List.of(left));
    assertThat(gateway.search(request(SearchMode.DENSE, 10)).hits()).isEmpty();
    left.close();
    assertThatThrownBy(() -> gateway.search(request(SearchMode.DENSE, 10)))
        .isInstanceOf(GenerationNotReadyException.class)
        .hasMessageContaining("no shard answers")
        .hasMessageContaining(left.uri() + ": nobody answers there");
    assertThat(gateway.obstacle()).isPresent();
  }

  @Test
  void aQueryThatCannotBeEncodedIsNotTriedElsewhere() throws Exception {
    FakeNode first = node("0");
    FakeNode second = node("0");
    for (FakeNode node : List.of(first, second)) {
      node.beforeSearch =
          () -> {
            throw new EncodingException("the vector is not finite");
          };
    }
    GatewaySearcher gateway = gateway(List.of(first, second, node("1")));
    assertThatThrownBy(() -> gateway.search(request(SearchMode.DENSE, 10)))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("not finite");
    assertThat(first.queries.size() + second.queries.size()).isEqualTo(1);
  }

  @Test
  void nobodyIsAskedForTheNewGenerationBeforeEveryShardServesIt() throws Exception {
    FakeNode left = node("0").with("a", 0, 1, .9f, null);
    FakeNode right = node("1").with("b", 1, 1, .8f, null);
    GatewaySearcher gateway = gateway(List.of(left, right), "interval", "10ms");
    assertThat(gateway.search(request(SearchMode.DENSE, 10)).generation()).isEqualTo(1);
    left.ready = List.of(2, 1);
    right.ready = List.of(1, 2);
    gateway.follow(served(2));
    await().until(() -> gateway.nodes().get(0).served() == 2);
    assertThat(gateway.search(request(SearchMode.DENSE, 10)).generation()).isEqualTo(1);
    right.ready = List.of(2, 1);
    await().until(() -> gateway.servedGeneration() == 2);
    SearchAnswer answer = gateway.search(request(SearchMode.DENSE, 10));
    assertThat(answer.generation()).isEqualTo(2);
    assertThat(answer.hits()).extracting(Hit::snippet).containsOnly("of 2");
    assertThat(gateway.search(new SearchRequest("ice", 5, null, 1)).generation()).isEqualTo(1);
  }

  @Test
  void aReplicaThatHasYetToSwitchIsAskedWhereTheOthersFail() throws Exception {
    FakeNode switched = node("0,1").with("a", 0, 1, .9f, null);
    FakeNode late = node("0,1").with("a", 0, 1, .9f, null);
    switched.ready = List.of(2, 1);
    late.ready = List.of(1, 2);
    GatewaySearcher gateway = gateway(List.of(late, switched));
    gateway.follow(served(2));
    for (int i = 0; i < 4; i++) {
      assertThat(gateway.search(request(SearchMode.DENSE, 10)).generation()).isEqualTo(2);
    }
    assertThat(switched.queries).hasSize(4);
    assertThat(late.queries).isEmpty();
    switched.close();
    assertThat(gateway.search(request(SearchMode.DENSE, 10)).generation()).isEqualTo(2);
    assertThat(late.queries).hasSize(1);
  }

  @Test
  void aGenerationThatIsGoneIsChosenAnewAndNeverMixed() throws Exception {
    FakeNode left = node("0").with("a", 0, 1, .9f, null);
    FakeNode right = node("1").with("b", 1, 1, .8f, null);
    GatewaySearcher gateway = gateway(List.of(left, right));
    assertThat(gateway.search(request(SearchMode.DENSE, 10)).generation()).isEqualTo(1);
    // The gateway has not looked since: it asks for 1, which one of them has dropped already.
    left.ready = List.of(2, 1);
    right.ready = List.of(2);
    gateway.follow(served(2));
    SearchAnswer answer = gateway.search(request(SearchMode.DENSE, 10));
    assertThat(answer.generation()).isEqualTo(2);
    assertThat(answer.hits()).extracting(Hit::snippet).containsExactly("of 2", "of 2");
    assertThat(answer.isPartial()).isFalse();
  }

  @Test
  void aGenerationThatNobodyHoldsIsUnknown() throws Exception {
    GatewaySearcher gateway = gateway(List.of(node("0"), node("1")));
    assertThatThrownBy(() -> gateway.search(new SearchRequest("ice", 5, null, 7)))
        .isInstanceOf(UnknownGenerationException.class)
        .hasMessage("generation 7 is not in this cluster, which has [1]");
  }

  @Test
  void countsAreSumsAndProgressIsTheSmallest() throws Exception {
    FakeNode left = node("0").with("a", 0, 1, .9f, null);
    FakeNode twin = node("0").with("a", 0, 1, .9f, null);
    FakeNode right = node("1").with("b", 1, 1, .8f, null).with("c", 1, 2, .8f, null);
    GatewaySearcher gateway = gateway(List.of(left, twin, right));
    GatewaySearcher lacking = gateway(List.of(left, twin));
    assertStatus(gateway.generations().get(0), 3, true, 1);
    assertStatus(lacking.generations().get(0), 1, false, 0);
    GenerationRecord first = GenerationRecord.first(1, "f", "a model", Instant.EPOCH);
    assertThat(gateway.areReady(first)).isTrue();
    assertThat(lacking.areReady(first)).isFalse();
  }

  @Test
  void whatIsBehindIsASumOnlyWhereAllKnow() throws Exception {
    FakeNode left = node("0");
    FakeNode right = node("1");
    left.behind = 2L;
    right.behind = 5L;
    assertThat(gateway(List.of(left, right)).generations().get(0).behind()).isEqualTo(7);
    assertThat(gateway(List.of(left)).generations().get(0).behind()).as("half of it").isNull();
    right.behind = null;
    assertThat(gateway(List.of(left, right)).generations().get(0).behind()).isNull();
  }

  private static void assertStatus(
      GenerationStatus status, long documents, boolean ready, double progress) {
    assertThat(status.documents()).isEqualTo(documents);
    assertThat(status.ready()).isEqualTo(ready);
    assertThat(status.progress()).isEqualTo(progress);
  }

  @Test
  void nodesThatOverlapAreRefused() {
    FakeNode both = node("0-1");
    FakeNode one = node("1");
    assertThatThrownBy(() -> gateway(List.of(both, one)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "gateway.nodes: %s holds the partitions 1 and %s holds 0-1: two nodes must hold the same partitions or none in common; change serve.partitions of one",
            one.uri(), both.uri());
  }

  @Test
  void aGatewayNeedsNodes() {
    assertThatThrownBy(() -> Cluster.start(GatewayConfig.defaults(), null))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("gateway.nodes is empty: name the serve nodes to ask");
  }
}
