package dev.freshet.training.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.click.Impression;
import dev.freshet.training.click.Page;
import dev.freshet.training.corpus.CorpusQuery;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UntaughtQueriesTest {
  private static final int QUERIES = 2_000;

  private static Interactions searches(IntStream queries) {
    return new Interactions(
        queries.mapToObj(query -> search(Interaction.query("query " + query))).toList());
  }

  private static Interaction search(CorpusQuery query) {
    Page page = Page.asRanked(query.id(), List.of("d"));
    return new Interaction(query, new Impression(page, null, List.of()), 0, Instant.EPOCH);
  }

  @Test
  void areAQuarterAndTheSameInEveryRound() {
    Set<String> untaught = UntaughtQueries.among(searches(IntStream.range(0, QUERIES)), Set.of());
    assertThat(untaught).hasSizeBetween(QUERIES / 5, QUERIES / 3);
    Set<String> ofLater =
        UntaughtQueries.among(searches(IntStream.range(QUERIES / 2, 2 * QUERIES)), Set.of());
    Set<String> asked = searches(IntStream.range(QUERIES / 2, QUERIES)).queries().keySet();
    assertThat(ofLater).filteredOn(asked::contains).isSubsetOf(untaught);
    assertThat(untaught).filteredOn(asked::contains).isSubsetOf(ofLater);
  }

  @Test
  void whatManyAskIsTaught() {
    String drawn =
        UntaughtQueries.among(searches(IntStream.range(0, QUERIES)), Set.of()).iterator().next();
    int number = Integer.parseInt(drawn.substring("query ".length()));
    int rare = 10;

    assertThat(UntaughtQueries.among(andAgain(number, rare - 1), Set.of())).contains(drawn);
    assertThat(UntaughtQueries.among(andAgain(number, rare), Set.of()))
        .doesNotContain(drawn)
        .isNotEmpty();
    assertThat(UntaughtQueries.taught(andAgain(number, rare - 1), Set.of())).isEmpty();
    assertThat(UntaughtQueries.taught(andAgain(number, rare), Set.of())).containsExactly(drawn);
  }

  @Test
  void areNoMoreThanItTakes() {
    Interactions known = searches(IntStream.range(0, 5 * UntaughtQueries.MOST));
    Set<String> untaught = UntaughtQueries.among(known, Set.of());
    assertThat(untaught).hasSize(UntaughtQueries.MOST);
    // The others that are drawn are taught: with fewer queries in sight they would judge.
    Set<String> taught = UntaughtQueries.taught(known, Set.of());
    assertThat(taught)
        .hasSizeGreaterThan(UntaughtQueries.MOST / 8)
        .doesNotContainAnyElementsOf(untaught);
    Interactions fewer = known.of(taught);
    assertThat(UntaughtQueries.among(fewer, Set.of())).isEqualTo(taught);
    assertThat(UntaughtQueries.among(fewer, taught)).isEmpty();
  }

  @Test
  void whatWasTaughtOnceJudgesNoMore() {
    Interactions known = searches(IntStream.range(0, QUERIES));
    Set<String> all = UntaughtQueries.among(known, Set.of());
    String taught = all.iterator().next();
    assertThat(UntaughtQueries.among(known, Set.of(taught)))
        .hasSize(all.size() - 1)
        .doesNotContain(taught);
  }

  private static Interactions andAgain(int query, int times) {
    return searches(
        IntStream.concat(
            IntStream.range(0, QUERIES), IntStream.generate(() -> query).limit(times)));
  }
}
