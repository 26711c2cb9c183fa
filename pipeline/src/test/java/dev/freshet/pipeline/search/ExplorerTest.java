package dev.freshet.pipeline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.event.SearchMode;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExplorerTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private final List<Impression> impressions = new ArrayList<>();
  private int asked;

  /** Documents that there are. */
  private int there = 2_000;

  /** Finds d1, d2 and so on, as many as are wanted and there. */
  private final class Ranked implements Searcher {
    @Override
    public SearchAnswer search(SearchRequest request) {
      asked = request.k() + request.below();
      List<Hit> hits =
          IntStream.rangeClosed(1, Math.min(there, asked))
              .mapToObj(rank -> new Hit("d" + rank, 1.0 / rank, "", "text", Map.of()))
              .toList();
      return new SearchAnswer("q-1", 4, hits, 1.5);
    }

    @Override
    public Optional<Document> document(String id) {
      return Optional.empty();
    }

    @Override
    public int servedGeneration() {
      return 4;
    }

    @Override
    public List<GenerationStatus> generations() {
      return List.of();
    }
  }

  private Function<SearchRequest, SearchAnswer> shows(double swaps) {
    return shows(swaps, 0);
  }

  private Function<SearchRequest, SearchAnswer> shows(double swaps, double discoveries) {
    Explorer explorer =
        new Explorer(
            new Ranked(), swaps, discoveries, new Random(7), Clock.fixed(NOW, ZoneOffset.UTC));
    return request -> {
      Explorer.Shown shown = explorer.show(request);
      impressions.add(shown.impression());
      return shown.answer();
    };
  }

  private static SearchRequest request(int k, boolean explore) {
    return new SearchRequest("ice", k, SearchMode.LEXICAL, null, null, "c-1", explore, null, 0);
  }

  private static List<String> ids(SearchAnswer answer) {
    return answer.hits().stream().map(Hit::id).toList();
  }

  @Test
  void writesDownWhatWasShown() {
    SearchAnswer answer = shows(0).apply(request(2, true));
    assertThat(ids(answer)).containsExactly("d1", "d2");
    assertThat(answer.queryId()).isEqualTo("q-1");
    assertThat(answer.tookMillis()).isEqualTo(1.5);
    assertThat(impressions)
        .containsExactly(
            new Impression(
                "q-1",
                "ice",
                4,
                SearchMode.LEXICAL,
                0,
                List.of(new Impression.Slot("d1", 1, 1), new Impression.Slot("d2", 2, 1)),
                "c-1",
                NOW));
  }

  @Test
  void swapsTwoOfTheFirstTenAndSaysHowLikelyThatWas() {
    SearchAnswer answer = shows(1).apply(request(30, true));
    Impression impression = impressions.get(0);
    assertThat(impression.explore()).isEqualTo(1);
    List<Impression.Slot> slots = impression.slots();
    assertThat(slots).extracting(Impression.Slot::objectId).isEqualTo(ids(answer));
    List<Integer> moved =
        IntStream.rangeClosed(1, 30).filter(impression::isExplored).boxed().toList();
    assertThat(moved).hasSize(2).allMatch(position -> position <= 10);
    for (int position = 1; position <= 30; position++) {
      Impression.Slot slot = slots.get(position - 1);
      assertThat(slot.objectId()).isEqualTo("d" + slot.rank());
      // One of 45 pairs: a document takes part in 9 of them, and stands in one of 9 places then.
      double expected = position > 10 ? 1 : moved.contains(position) ? 1 / 45.0 : 0.8;
      assertThat(slot.probability()).isCloseTo(expected, within(1e-12));
    }
  }

  @Test
  void showsEachDocumentAsOftenAsItSays() {
    Function<SearchRequest, SearchAnswer> explorer = shows(0.5);
    int searches = 20_000;
    int firstAtThird = 0;
    int firstAtFirst = 0;
    for (int i = 0; i < searches; i++) {
      List<String> shown = ids(explorer.apply(request(5, true)));
      firstAtThird += shown.get(2).equals("d1") ? 1 : 0;
      firstAtFirst += shown.get(0).equals("d1") ? 1 : 0;
    }
    // Five documents, a swap on half of the pages: moved on 2/5 of those, to one of four places.
    assertThat(firstAtThird / (double) searches).isCloseTo(0.05, within(0.01));
    assertThat(firstAtFirst / (double) searches).isCloseTo(0.8, within(0.015));
    for (Impression impression : impressions) {
      Impression.Slot third = impression.slots().get(2);
      assertThat(third.probability()).isCloseTo(third.rank() == 3 ? 0.8 : 0.05, within(1e-12));
    }
  }

  @Test
  void showsTwoFromFurtherDownInPlaceOfTwo() {
    SearchAnswer answer = shows(0, 1).apply(request(20, true));
    assertThat(ids(answer)).hasSize(20).doesNotHaveDuplicates().startsWith("d1", "d2");
    Impression impression = impressions.get(0);
    List<Integer> moved =
        IntStream.rangeClosed(1, 20).filter(impression::isExplored).boxed().toList();
    assertThat(moved).hasSize(2).allMatch(position -> position >= 3 && position <= 10);
    for (int position = 1; position <= 20; position++) {
      Impression.Slot slot = impression.slots().get(position - 1);
      assertThat(slot.objectId())
          .isEqualTo("d" + slot.rank())
          .isEqualTo(ids(answer).get(position - 1));
      // Two of eight positions, for five documents.
      double expected =
          moved.contains(position) ? 2 / 8.0 / 5 : position >= 3 && position <= 10 ? 0.75 : 1;
      assertThat(slot.probability()).isCloseTo(expected, within(1e-12));
      assertThat(slot.rank()).isBetween(1, moved.contains(position) ? 30 : 20);
    }
  }

  @Test
  void swapsAndDiscoversAsOftenAsItSays() {
    Function<SearchRequest, SearchAnswer> explorer = shows(0.25, 0.5);
    int searches = 40_000;
    Map<Integer, Integer> ranksAtFourth = new HashMap<>();
    Map<Integer, Double> said = new HashMap<>();
    for (int i = 0; i < searches; i++) {
      var unused = explorer.apply(request(5, true));
      Impression.Slot fourth = impressions.get(i).slots().get(3);
      ranksAtFourth.merge(fourth.rank(), 1, Integer::sum);
      assertThat(said.merge(fourth.rank(), fourth.probability(), (a, b) -> b))
          .isEqualTo(fourth.probability());
    }
    // Five that belong on the page, five that do not.
    assertThat(ranksAtFourth).hasSize(10);
    ranksAtFourth.forEach(
        (rank, times) ->
            assertThat(times / (double) searches)
                .as("rank %d", rank)
                .isCloseTo(said.getOrDefault(rank, 0.0), within(0.01)));
    assertThat(said.values().stream().mapToDouble(each -> each).sum()).isCloseTo(1, within(1e-9));
  }

  @Test
  void aQueryShowsItsOwnCandidatesAgainAndAgain() {
    Function<SearchRequest, SearchAnswer> explorer = shows(0, 1);
    Set<Integer> everywhere = new TreeSet<>();
    for (int query = 0; query < 60; query++) {
      Set<Integer> shown = new TreeSet<>();
      for (int time = 0; time < 100; time++) {
        var unused =
            explorer.apply(
                new SearchRequest(
                    "ice " + query, 10, SearchMode.HYBRID, null, null, "c-1", true, null, 0));
        impressions.get(impressions.size() - 1).slots().stream()
            .map(Impression.Slot::rank)
            .filter(rank -> rank > 10)
            .forEach(shown::add);
      }
      assertThat(shown).hasSize(5);
      everywhere.addAll(shown);
    }
    assertThat(everywhere).hasSize(10).allMatch(rank -> rank > 10 && rank <= 20);
  }

  @Test
  void discoversWhatThereIs() {
    there = 7;
    var unused = shows(0, 1).apply(request(5, true));
    assertThat(asked).isEqualTo(15);
    assertThat(impressions.get(0).slots())
        .hasSize(5)
        .allMatch(slot -> slot.rank() <= 7)
        .anyMatch(slot -> slot.rank() > 5);
    // Two of three positions, for two documents.
    assertThat(impressions.get(0).slots())
        .filteredOn(slot -> slot.rank() > 5)
        .allSatisfy(slot -> assertThat(slot.probability()).isCloseTo(1 / 3.0, within(1e-12)));
  }

  @Test
  void aShortAnswerHasNothingToDiscover() {
    assertThat(ids(shows(0, 1).apply(request(2, true)))).containsExactly("d1", "d2");
    there = 50;
    assertThat(ids(shows(0, 1).apply(request(50, true))))
        .isEqualTo(IntStream.rangeClosed(1, 50).mapToObj(rank -> "d" + rank).toList());
    assertThat(impressions)
        .allSatisfy(
            impression ->
                assertThat(impression.slots())
                    .extracting(Impression.Slot::probability)
                    .containsOnly(1.0));
  }

  @Test
  void leavesTheOrderAloneWhereAsked() {
    Function<SearchRequest, SearchAnswer> explorer = shows(0.5, 0.5);
    assertThat(ids(explorer.apply(request(3, false)))).containsExactly("d1", "d2", "d3");
    assertThat(impressions.get(0).explore()).isZero();
    assertThat(impressions.get(0).slots())
        .extracting(Impression.Slot::probability)
        .containsOnly(1.0);
  }

  @Test
  void anEmptyOrALongAnswerIsAnImpressionToo() {
    assertThat(shows(1).apply(request(0, true)).hits()).isEmpty();
    assertThat(impressions.get(0).slots()).isEmpty();
    assertThat(shows(1).apply(request(1_200, true)).hits()).hasSize(1_200);
    assertThat(impressions.get(1).slots()).hasSize(Impression.MAX_SLOTS);
  }
}
