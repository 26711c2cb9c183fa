package dev.freshet.training.click;

import java.util.ArrayList;
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
 * rate, whatever stands there. Others click more or less eagerly by a profile that all have in
 * common: by position, and by whether others click that document; or they have preferences of their
 * own, as somebody who keeps coming for what stands eighth. Where neither positions nor documents
 * matter to anybody, all of that says the same, and nobody is indifferent.
 */
public final class IndifferentClients {
  /** Posterior from which a client is taken for one: rather than not. */
  private static final double LIKELY = 0.5;

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
    Map<String, List<Impression>> byClient = new HashMap<>();
    for (Impression impression : log.impressions()) {
      if (impression.clientId() != null) {
        byClient.computeIfAbsent(impression.clientId(), id -> new ArrayList<>()).add(impression);
      }
    }
    // Who never clicks does no harm, and most may be like that.
    byClient.values().removeIf(own -> own.stream().allMatch(each -> each.clicks().isEmpty()));
    List<String> ids = List.copyOf(byClient.keySet());
    Agreement everybody = new Agreement(log.impressions());
    int positions = log.positions();
    List<ClientClicks> clients =
        byClient.values().stream().map(own -> new ClientClicks(own, positions, everybody)).toList();
    double[] posterior = posterior(clients, ClientClicks.situations(positions));
    Set<String> indifferent = new HashSet<>();
    for (int i = 0; i < posterior.length; i++) {
      if (posterior[i] >= LIKELY) {
        indifferent.add(ids.get(i));
      }
    }
    return new IndifferentClients(indifferent);
  }

  private static double[] posterior(List<ClientClicks> clients, int situations) {
    double[] oneRate = clients.stream().mapToDouble(ClientClicks::atOneRate).toArray();
    double[] ownRates = clients.stream().mapToDouble(ClientClicks::byPosition).toArray();
    double[] posterior = new double[oneRate.length];
    double[] logOdds = new double[oneRate.length];
    double share = INITIAL_SHARE;
    double moved = 1;
    for (int i = 0; i < MOST_ITERATIONS && moved > TOLERANCE; i++) {
      double[] profile = profile(clients, posterior, situations);
      Arrays.setAll(
          logOdds, c -> oneRate[c] - Math.max(clients.get(c).byProfile(profile), ownRates[c]));
      if (i == 0) {
        guess(logOdds);
      }
      moved = 0;
      double prior = Math.log(share) - Math.log1p(-share);
      for (int c = 0; c < posterior.length; c++) {
        double now = 1 / (1 + Math.exp(-logOdds[c] - prior));
        moved = Math.max(moved, Math.abs(now - posterior[c]));
        posterior[c] = now;
      }
      double mean = Arrays.stream(posterior).average().orElse(0);
      share = Math.max(LEAST_SHARE, Math.min(MOST_SHARE, mean));
    }
    return posterior;
  }

  /**
   * So that a tenth is taken for indifferent at first, those that look most like it. The profile is
   * everybody's then, theirs as well, and where they click most it says little against them.
   */
  private static void guess(double[] logOdds) {
    if (logOdds.length == 0) {
      return;
    }
    double[] sorted = logOdds.clone();
    Arrays.sort(sorted);
    double limit = sorted[(int) ((1 - INITIAL_SHARE) * (sorted.length - 1))];
    Arrays.setAll(logOdds, c -> FIRST_GUESS * (logOdds[c] - limit));
  }

  /** By situation, the odds that somebody who is not indifferent clicks. */
  private static double[] profile(List<ClientClicks> clients, double[] posterior, int situations) {
    double[] shown = new double[situations];
    double[] clicked = new double[situations];
    for (int c = 0; c < posterior.length; c++) {
      clients.get(c).addTo(shown, clicked, 1 - posterior[c]);
    }
    double[] odds = new double[situations];
    Arrays.setAll(odds, i -> (clicked[i] + 0.5) / (shown[i] - clicked[i] + 0.5));
    return odds;
  }

  /** How many there are. */
  public int count() {
    return ids.size();
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
