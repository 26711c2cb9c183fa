package dev.freshet.pipeline.demo;

import dev.freshet.pipeline.app.CommandException;
import dev.freshet.training.click.ClickModel;
import dev.freshet.training.click.Page;
import dev.freshet.training.click.Population;
import dev.freshet.training.corpus.CorpusQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Simulated users: threads that search and click without end. While a round collects interactions
 * they are as quick as the system is; while one is under way they go on at an easy pace.
 *
 * <p>In each round people ask some of the queries, each again and again, as people do.
 */
final class Users implements AutoCloseable {
  /** As many as keep two cores busy: queries that wait together are encoded together. */
  private static final int THREADS = 8;

  private static final int PAGE = 10;
  private static final int CLIENTS = 1_000;

  /** How often a query is asked in a round, on average. */
  private static final int TIMES = 4;

  private static final Duration EASY = Duration.ofMillis(400);

  /** What users are like, and what they ask now. */
  private record Crowd(List<ClickModel> clients, List<CorpusQuery> queries) {}

  private final DemoClient client;
  private final DemoCollection collection;
  private final int searchesPerRound;
  private final long seed;
  private final AtomicReference<@Nullable Crowd> crowd = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Latencies latencies = new Latencies();
  private final LongAdder searches = new LongAdder();
  private final LongAdder clicks = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile long hurryUntil;
  private volatile String lastFailure = "";
  private volatile boolean closing;

  /**
   * @param searchesPerRound how many searches a round takes
   */
  Users(DemoClient client, DemoCollection collection, int searchesPerRound, long seed) {
    this.client = client;
    this.collection = collection;
    this.searchesPerRound = searchesPerRound;
    this.seed = seed;
  }

  /**
   * Begins a round: other queries, and as many searches as it takes, at full speed.
   *
   * @param behaviour how users click from now on
   */
  void begin(int round, Behaviour behaviour) {
    Random random = new Random(seed * 1_000 + round);
    List<CorpusQuery> queries = new ArrayList<>();
    int distinct = Math.max(1, Math.min(collection.asked().size(), searchesPerRound / TIMES));
    List<CorpusQuery> shuffled = new ArrayList<>(collection.asked());
    Collections.shuffle(shuffled, random);
    queries.addAll(shuffled.subList(0, distinct));
    String pushed = collection.first().get(random.nextInt(collection.first().size())).id();
    Population population =
        behaviour.population(Math.max(1, collection.truth().highestGrade()), pushed);
    // The same in every round, for a client is somebody; no stream that a thread has.
    Random people = new Random(~seed);
    List<ClickModel> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(population.draw(people));
    }
    crowd.set(new Crowd(clients, queries));
    hurryUntil = searches.sum() + searchesPerRound;
    while (threads.size() < THREADS) {
      Random own = new Random(seed + threads.size());
      Thread thread = new Thread(() -> run(own), "user-" + threads.size());
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void run(Random random) {
    try {
      while (!closing) {
        try {
          searchOnce(random);
        } catch (CommandException e) {
          if (!closing) {
            failures.increment();
            lastFailure = String.valueOf(e.getMessage());
          }
        }
        if (searches.sum() >= hurryUntil) {
          TimeUnit.MILLISECONDS.sleep(EASY.toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void searchOnce(Random random) {
    Crowd now = Objects.requireNonNull(crowd.get(), "no round has begun");
    CorpusQuery query = now.queries.get(random.nextInt(now.queries.size()));
    int who = random.nextInt(now.clients.size());
    String clientId = "client-" + who;
    long start = System.nanoTime();
    DemoClient.Page shown = client.search(query.text(), PAGE, clientId);
    latencies.add(System.nanoTime() - start);
    searches.increment();
    if (shown.ids().isEmpty()) {
      return;
    }
    List<Integer> positions =
        now.clients
            .get(who)
            .click(Page.asRanked(query.id(), shown.ids()), collection.truth(), random);
    client.click(shown, positions, clientId);
    clicks.add(positions.size());
  }

  long searches() {
    return searches.sum();
  }

  long clicks() {
    return clicks.sum();
  }

  /** Searches and clicks that were not answered as they should be. */
  long failures() {
    return failures.sum();
  }

  /** Why the last of them failed; empty when none has. */
  String lastFailure() {
    return lastFailure;
  }

  /** How long searches take. */
  Latencies latencies() {
    return latencies;
  }

  @Override
  public void close() {
    closing = true;
    threads.forEach(Thread::interrupt);
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
