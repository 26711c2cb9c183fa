package dev.freshet.training.click;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Clients that click whatever stands wherever: programs, and people who do not read. Immutable and
 * thread-safe.
 *
 * <p>They say nothing of documents, and worse: their clicks are many and come several on a page, so
 * where a model lets examination depend on the click before, it takes all that follows a click to
 * be looked at closely.
 *
 * <p>Found by expectation-maximisation over the clients of a log. An indifferent one clicks at one
 * rate everywhere. Others click less the lower a document stands, by a profile that all have in
 * common, each more or less eagerly; or they have preferences of their own, as somebody who keeps
 * coming for what stands eighth. Where nobody looks at positions at all, all of that says the same,
 * and nobody is indifferent.
 */
public final class IndifferentClients {
  /** Posterior from which a client is taken for one: who is left out in error is lost. */
  private static final double SURE = 0.9;

  private static final double INITIAL_SHARE = 0.1;
  private static final double LEAST_SHARE = 1e-2;
  private static final double MOST_SHARE = 0.5;

  /** How sure the first guess is of who looks indifferent. */
  private static final double FIRST_GUESS = 10;

  private static final int MOST_ITERATIONS = 50;
  private static final double TOLERANCE = 1e-4;

  private final Set<String> ids;

  private IndifferentClients(Set<String> ids) {
    this.ids = Set.copyOf(ids);
  }

  /** Those of a log; impressions without a client are nobody's. */
  public static IndifferentClients of(ClickLog log) {
    Map<String, ClientClicks> byClient = new HashMap<>();
    for (Impression impression : log.impressions()) {
      if (impression.clientId() != null) {
        byClient
            .computeIfAbsent(impression.clientId(), id -> new ClientClicks(log.positions()))
            .add(impression);
      }
    }
    // Who never clicks does no harm, and most may be like that.
    byClient.values().removeIf(client -> client.clicks() == 0);
    List<String> ids = List.copyOf(byClient.keySet());
    double[] posterior = posterior(List.copyOf(byClient.values()), log.positions());
    Set<String> indifferent = new HashSet<>();
    for (int i = 0; i < posterior.length; i++) {
      if (posterior[i] >= SURE) {
        indifferent.add(ids.get(i));
      }
    }
    return new IndifferentClients(indifferent);
  }

  private static double[] posterior(List<ClientClicks> clients, int positions) {
    double[] posterior = new double[clients.size()];
    double share = INITIAL_SHARE;
    double moved = 1;
    for (int i = 0; i < MOST_ITERATIONS && moved > TOLERANCE; i++) {
      double[] odds = logOdds(clients, profile(clients, posterior, positions));
      if (i == 0) {
        guess(odds);
      }
      double prior = Math.log(share) - Math.log1p(-share);
      for (int c = 0; c < posterior.length; c++) {
        posterior[c] = 1 / (1 + Math.exp(-odds[c] - prior));
      }
      double mean = Arrays.stream(posterior).average().orElse(0);
      double next = Math.max(LEAST_SHARE, Math.min(MOST_SHARE, mean));
      moved = Math.abs(next - share);
      share = next;
    }
    return posterior;
  }

  /** By client, what its clicks say for being indifferent. */
  private static double[] logOdds(List<ClientClicks> clients, double[] profile) {
    return clients.stream()
        .mapToDouble(
            client -> client.atOneRate() - Math.max(client.byProfile(profile), client.byPosition()))
        .toArray();
  }

  /**
   * So that a tenth is taken for indifferent at first, those that look most like it. The profile is
   * everybody's then, theirs as well, and where they click most it says little against them.
   */
  private static void guess(double[] logOdds) {
    double[] sorted = logOdds.clone();
    Arrays.sort(sorted);
    double limit =
        sorted.length == 0 ? 0 : sorted[(int) ((1 - INITIAL_SHARE) * (sorted.length - 1))];
    Arrays.setAll(logOdds, c -> FIRST_GUESS * (logOdds[c] - limit));
  }

  /** By position, the odds that somebody who is not indifferent clicks. */
  private static double[] profile(List<ClientClicks> clients, double[] posterior, int positions) {
    double[] shown = new double[positions];
    double[] clicked = new double[positions];
    for (int c = 0; c < posterior.length; c++) {
      clients.get(c).addTo(shown, clicked, 1 - posterior[c]);
    }
    double[] odds = new double[positions];
    Arrays.setAll(odds, i -> (clicked[i] + 0.5) / (shown[i] - clicked[i] + 0.5));
    return odds;
  }

  /** A log without their impressions. */
  public ClickLog removedFrom(ClickLog log) {
    return ids.isEmpty()
        ? log
        : new ClickLog(
            log.impressions().stream().filter(each -> !contains(each.clientId())).toList());
  }

  private boolean contains(@Nullable String client) {
    return client != null && ids.contains(client);
  }
}
