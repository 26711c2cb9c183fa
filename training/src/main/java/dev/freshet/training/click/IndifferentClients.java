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
 * <p>Found by expectation-maximisation over the clients of a log. People click less the lower a
 * document stands, by a profile that all of them have in common, each more or less eagerly; the
 * others click at one rate everywhere. Where nobody looks at positions at all, both say the same,
 * and nobody is indifferent.
 */
public final class IndifferentClients {
  /** Posterior from which a client is taken for one: who is left out in error is lost. */
  private static final double SURE = 0.9;

  private static final double INITIAL_SHARE = 0.1;
  private static final double LEAST_SHARE = 1e-3;
  private static final double MOST_SHARE = 0.5;
  private static final int MOST_ITERATIONS = 50;
  private static final double TOLERANCE = 1e-4;

  /** Eagerness is a factor of odds; its logarithm is within this of 0, and found by halving. */
  private static final double MOST_EAGERNESS = 20;

  private static final int HALVINGS = 40;

  private final Set<String> ids;

  private IndifferentClients(Set<String> ids) {
    this.ids = Set.copyOf(ids);
  }

  /** Those of a log; impressions without a client are nobody's. */
  public static IndifferentClients of(ClickLog log) {
    Map<String, Counts> byClient = new HashMap<>();
    for (Impression impression : log.impressions()) {
      if (impression.clientId() != null) {
        byClient
            .computeIfAbsent(impression.clientId(), id -> new Counts(log.positions()))
            .add(impression);
      }
    }
    List<String> ids = List.copyOf(byClient.keySet());
    double[] posterior = posterior(ids.stream().map(byClient::get).toList(), log.positions());
    Set<String> indifferent = new HashSet<>();
    for (int i = 0; i < posterior.length; i++) {
      if (posterior[i] >= SURE) {
        indifferent.add(ids.get(i));
      }
    }
    return new IndifferentClients(indifferent);
  }

  private static double[] posterior(List<Counts> clients, int positions) {
    double[] posterior = new double[clients.size()];
    double share = INITIAL_SHARE;
    double moved = 1;
    for (int i = 0; i < MOST_ITERATIONS && moved > TOLERANCE; i++) {
      double[] profile = profile(clients, posterior, positions);
      double odds = share / (1 - share);
      for (int c = 0; c < posterior.length; c++) {
        Counts client = clients.get(c);
        double ratio = Math.exp(client.atOneRate() - client.byProfile(profile));
        posterior[c] = 1 - 1 / (1 + odds * ratio);
      }
      double mean = Arrays.stream(posterior).average().orElse(0);
      moved = Math.abs(mean - share);
      share = Math.max(LEAST_SHARE, Math.min(MOST_SHARE, mean));
    }
    return posterior;
  }

  /** By position, the logarithm of the odds that somebody who is not indifferent clicks. */
  private static double[] profile(List<Counts> clients, double[] posterior, int positions) {
    double[] shown = new double[positions];
    double[] clicked = new double[positions];
    for (int c = 0; c < posterior.length; c++) {
      for (int i = 0; i < positions; i++) {
        shown[i] += (1 - posterior[c]) * clients.get(c).shown[i];
        clicked[i] += (1 - posterior[c]) * clients.get(c).clicked[i];
      }
    }
    double[] logOdds = new double[positions];
    Arrays.setAll(logOdds, i -> Math.log((clicked[i] + 0.5) / (shown[i] - clicked[i] + 0.5)));
    return logOdds;
  }

  /** How many there are. */
  public int size() {
    return ids.size();
  }

  /** A log without their impressions. */
  public ClickLog removedFrom(ClickLog log) {
    return ids.isEmpty()
        ? log
        : new ClickLog(
            log.impressions().stream().filter(each -> !contains(each.clientId())).toList());
  }

  boolean contains(@Nullable String client) {
    return client != null && ids.contains(client);
  }

  /** What one client was shown and clicked, by position. */
  private static final class Counts {
    private final int[] shown;
    private final int[] clicked;

    Counts(int positions) {
      shown = new int[positions];
      clicked = new int[positions];
    }

    void add(Impression impression) {
      for (int i = 0; i < impression.page().size(); i++) {
        shown[i]++;
        clicked[i] += impression.isClicked(i + 1) ? 1 : 0;
      }
    }

    /** Log-likelihood at the rate that makes it the highest. */
    double atOneRate() {
      double all = Arrays.stream(shown).sum();
      double clicks = Arrays.stream(clicked).sum();
      return logLikelihood(clicks, clicks / all) + logLikelihood(all - clicks, 1 - clicks / all);
    }

    private static double logLikelihood(double times, double probability) {
      return times == 0 ? 0 : times * Math.log(probability);
    }

    /** Log-likelihood by a profile, at the eagerness that makes it the highest. */
    double byProfile(double[] profile) {
      double eagerness = eagerness(profile);
      double likelihood = 0;
      for (int i = 0; i < shown.length; i++) {
        double logOdds = profile[i] + eagerness;
        likelihood += clicked[i] * logOdds - shown[i] * Math.log1p(Math.exp(logOdds));
      }
      return likelihood;
    }

    /** At which as many clicks are expected as there were: there the derivative is 0. */
    private double eagerness(double[] profile) {
      int clicks = Arrays.stream(clicked).sum();
      double low = -MOST_EAGERNESS;
      double high = MOST_EAGERNESS;
      for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        if (expected(profile, middle) < clicks) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return low;
    }

    private double expected(double[] profile, double eagerness) {
      double sum = 0;
      for (int i = 0; i < shown.length; i++) {
        sum += shown[i] / (1 + Math.exp(-profile[i] - eagerness));
      }
      return sum;
    }
  }
}
