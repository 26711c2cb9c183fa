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
  void areATenthAndTheSameInEveryRound() {
    Set<String> untaught = UntaughtQueries.among(searches(IntStream.range(0, QUERIES)));
    assertThat(untaught).hasSizeBetween(QUERIES / 13, QUERIES / 8);
    Set<String> ofLater =
        UntaughtQueries.among(searches(IntStream.range(QUERIES / 2, 2 * QUERIES)));
    Set<String> asked = searches(IntStream.range(QUERIES / 2, QUERIES)).queries().keySet();
    assertThat(ofLater).filteredOn(asked::contains).isSubsetOf(untaught);
    assertThat(untaught).filteredOn(asked::contains).isSubsetOf(ofLater);
  }

  @Test
  void whatManyAskIsTaught() {
    String drawn = UntaughtQueries.among(searches(IntStream.range(0, QUERIES))).iterator().next();
    int number = Integer.parseInt(drawn.substring("query ".length()));
    int rare = 10;

    assertThat(UntaughtQueries.among(andAgain(number, rare - 1))).contains(drawn);
    assertThat(UntaughtQueries.among(andAgain(number, rare))).doesNotContain(drawn).isNotEmpty();
  }

  private static Interactions andAgain(int query, int times) {
    return searches(
        IntStream.concat(
            IntStream.range(0, QUERIES), IntStream.generate(() -> query).limit(times)));
  }
}
