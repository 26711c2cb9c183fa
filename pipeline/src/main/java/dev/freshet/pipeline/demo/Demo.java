package dev.freshet.pipeline.demo;

import dev.freshet.pipeline.app.CommandException;
import dev.freshet.pipeline.event.GenerationState;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Searcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The loop, again and again: documents stream in; people search and click until a round has enough;
 * the round tunes, its judges decide; the new generation is built beside the old one and served.
 * After each round the quality is measured with queries that nobody has asked.
 */
final class Demo {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LEAST_PATIENCE = Duration.ofMinutes(30);

  /** As slow as searches may be in a round that takes many: a slow machine makes six a second. */
  private static final Duration MOST_OF_A_SEARCH = Duration.ofMillis(180);

  private static final Duration MOST_OF_LOADING = Duration.ofHours(2);

  private final Searcher searcher;
  private final DemoCollection collection;
  private final DocumentStream documents;
  private final Users users;
  private final Plan plan;
  private final DemoView view;
  private final List<Standing> standings = new ArrayList<>();

  /**
   * @param rounds to run, at least 1
   * @param searches that a round takes
   * @param behaviour how users click
   * @param poisonFrom the first round in which they click like that; before it they are people
   */
  record Plan(int rounds, int searches, Behaviour behaviour, int poisonFrom) {
    /** So long a round may take; more the more people search in it. */
    Duration mostOfARound() {
      Duration byNumber = MOST_OF_A_SEARCH.multipliedBy(searches);
      return byNumber.compareTo(LEAST_PATIENCE) > 0 ? byNumber : LEAST_PATIENCE;
    }

    Behaviour behaviour(int round) {
      return round < poisonFrom ? Behaviour.PEOPLE : behaviour;
    }
  }

  Demo(
      Searcher searcher,
      DemoCollection collection,
      DocumentStream documents,
      Users users,
      Plan plan,
      DemoView view) {
    this.searcher = searcher;
    this.collection = collection;
    this.documents = documents;
    this.users = users;
    this.plan = plan;
    this.view = view;
  }

  /**
   * Runs all rounds; documents and users go on afterwards, until they are closed.
   *
   * @return how things stood before the first round and after each
   * @throws CommandException when a round does not end, or documents are refused
   */
  List<Standing> run() throws InterruptedException {
    documents.start();
    view.phase("documents stream in");
    int all = collection.first().size();
    await(() -> status(searcher.servedGeneration()).documents() >= all, MOST_OF_LOADING);
    settled(0, searcher.servedGeneration(), List.of());
    for (int round = 1; round <= plan.rounds(); round++) {
      int last = newest();
      view.phase("round %d of %d: people search and click".formatted(round, plan.rounds()));
      users.begin(round, plan.behaviour(round));
      await(() -> ended(last).isPresent(), plan.mostOfARound());
      GenerationStatus generation = ended(last).orElseThrow();
      settled(round, generation.generation(), generation.reasons());
    }
    return standings;
  }

  private void settled(int round, int generation, List<String> reasons) {
    view.phase("measures with queries that nobody asked");
    int served = searcher.servedGeneration();
    Standing standing =
        new Standing(
            round,
            generation,
            served == generation,
            reasons,
            Quality.measure(searcher, collection, served),
            users.searches());
    standings.add(standing);
    view.settled(standing);
  }

  private int newest() {
    return searcher.generations().get(0).generation();
  }

  private GenerationStatus status(int generation) {
    return searcher.generations().stream()
        .filter(each -> each.generation() == generation)
        .findFirst()
        .orElseThrow();
  }

  /** The generation that came after another one, once it is served or rejected. */
  private Optional<GenerationStatus> ended(int last) {
    return searcher.generations().stream()
        .filter(
            each ->
                each.generation() > last
                    && (each.state() == GenerationState.REJECTED
                        || each.generation() == searcher.servedGeneration()))
        .findFirst();
  }

  private interface Condition {
    boolean holds();
  }

  private void await(Condition condition, Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.holds()) {
      documents.requireUnbroken();
      if (System.nanoTime() > end) {
        throw new CommandException(
            "%s: not done within %d minutes; the log says more"
                .formatted(view.phase(), most.toMinutes()));
      }
      view.show();
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }
}
