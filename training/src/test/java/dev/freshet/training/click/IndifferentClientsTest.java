package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IndifferentClientsTest {
  private static final SimulatedCollection COLLECTION = SimulatedCollection.of(800, 0.5, 1);
  private static final PagePolicy POLICY = new PagePolicy.AsRanked();
  private static final List<ClickModel> READERS =
      List.of(
          SimulatedCollection.POSITION_BASED,
          SimulatedCollection.CASCADE,
          SimulatedCollection.DEPENDENT);

  private static Set<String> clients(ClickLog log) {
    return log.impressions().stream().map(Impression::clientId).collect(Collectors.toSet());
  }

  /** The same clicks by clients of another name. */
  private static ClickLog renamed(ClickLog log, String prefix) {
    return new ClickLog(
        log.impressions().stream()
            .map(each -> new Impression(each.page(), prefix + each.clientId(), each.clicks()))
            .toList());
  }

  @Test
  void whoClicksAnythingIsFoundAmongReaders() {
    for (ClickModel users : READERS) {
      ClickLog readers = renamed(COLLECTION.clicks(users, POLICY, 12), "reader-");
      ClickLog others = renamed(COLLECTION.clicks(new RandomClicker(0.3), POLICY, 6), "other-");
      ClickLog log = readers.and(others);
      ClickLog left = IndifferentClients.of(log).removedFrom(log);
      Set<String> gone = new HashSet<>(clients(log));
      gone.removeAll(clients(left));
      long wrong = gone.stream().filter(client -> client.startsWith("reader-")).count();
      assertThat(wrong).as("of 500 readers: %s", users).isLessThan(15);
      assertThat(gone.size() - wrong)
          .as("of %d, beside %s", clients(others).size(), users)
          .isGreaterThan(clients(others).size() / 2);
    }
  }

  @Test
  void readersAreHardlyEverTakenForThem() {
    for (ClickModel users : READERS) {
      ClickLog log = COLLECTION.clicks(users, POLICY, 12);
      assertThat(IndifferentClients.of(log).size())
          .as("of %d: %s", clients(log).size(), users)
          .isLessThan(10);
    }
  }

  @Test
  void whereNobodyLooksAtPositionsNobodyIsIndifferent() {
    ClickLog log = COLLECTION.clicks(new RandomClicker(0.3), POLICY, 5);
    assertThat(IndifferentClients.of(log).removedFrom(log)).isSameAs(log);
  }

  @Test
  void impressionsWithoutAClientStay() {
    Page page = Page.asRanked("q", List.of("a", "b", "c"));
    ClickLog log =
        new ClickLog(
            Stream.generate(() -> new Impression(page, null, List.of(1, 2, 3))).limit(50).toList());
    IndifferentClients none = IndifferentClients.of(log);
    assertThat(none.size()).isZero();
    assertThat(none.removedFrom(log)).isEqualTo(log);
    assertThat(IndifferentClients.of(new ClickLog(List.of())).size()).isZero();
  }

  @Test
  void pagesWithoutAnythingAndClientsWithoutClicksAreNoTrouble() {
    Page empty = Page.asRanked("q", List.of());
    Page one = Page.asRanked("q", List.of("a"));
    ClickLog log =
        new ClickLog(
            List.of(
                new Impression(empty, "nothing", List.of()),
                new Impression(one, "never", List.of()),
                new Impression(one, "always", List.of(1))));
    assertThat(IndifferentClients.of(log).size()).isZero();
  }
}
