package dev.freshet.training.click;

import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.retrieval.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Lets simulated users search: every query of a run is asked some times, each time by one of the
 * clients, who keep their kind.
 *
 * @param population kinds of users
 * @param policy how pages are randomised
 * @param pageSize most documents of a page, at least 1
 * @param sessions impressions of each query, at least 1
 * @param clients how many users there are, at least 1
 * @param people seed of who is of which kind: the same in simulations of the same clients
 * @param seed same seed, same log
 */
public record ClickSimulation(
    Population population,
    PagePolicy policy,
    int pageSize,
    int sessions,
    int clients,
    long people,
    long seed) {

  /**
   * @throws IllegalArgumentException when a number is below 1
   */
  public ClickSimulation {
    if (pageSize < 1 || sessions < 1 || clients < 1) {
      throw new IllegalArgumentException(
          "page size, sessions and clients must be at least 1, were %d, %d and %d"
              .formatted(pageSize, sessions, clients));
    }
  }

  /** Searches on the calling thread; queries that found nothing have no impressions. */
  public ClickLog run(Run found, Qrels truth) {
    Random random = new Random(seed);
    Random kinds = new Random(~people); // another stream than that of an equal seed
    List<ClickModel> users = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      users.add(population.draw(kinds));
    }
    List<Impression> impressions = new ArrayList<>();
    found
        .rankings()
        .forEach(
            (query, ranking) -> {
              List<String> documents = ranking.top(pageSize).ids();
              for (int i = 0; i < sessions && !documents.isEmpty(); i++) {
                Page page = Page.drawn(query, documents, policy, random);
                int client = random.nextInt(clients);
                List<Integer> clicks = users.get(client).click(page, truth, random);
                impressions.add(new Impression(page, "client-" + client, clicks));
              }
            });
    return new ClickLog(impressions);
  }
}
