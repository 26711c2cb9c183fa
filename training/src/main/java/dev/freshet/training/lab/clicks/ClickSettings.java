package dev.freshet.training.lab.clicks;

import dev.freshet.training.click.Attractiveness;
import dev.freshet.training.click.ExaminationCurve;
import dev.freshet.training.click.PagePolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What users are shown, and how they are.
 *
 * @param pageSize documents of a page, at least 1
 * @param sessions pages of each query in a round, at least 1
 * @param clients how many users there are, at least 1
 * @param noise how likely a document that was looked at and does not answer is clicked, 0 to 1
 * @param attraction the same of one that answers as well as any, above the noise and at most 1
 * @param eta examination falls as {@code position^-eta}, 0 or more
 * @param shuffled share of the pages whose documents come in a random order, 0 to 1
 * @param rounds of pages and training, at least 1
 */
public record ClickSettings(
    int pageSize,
    int sessions,
    int clients,
    double noise,
    double attraction,
    double eta,
    double shuffled,
    int rounds) {
  public ClickSettings {
    atLeastOne("page size", pageSize);
    atLeastOne("sessions", sessions);
    atLeastOne("clients", clients);
    atLeastOne("rounds", rounds);
    if (!(noise >= 0 && noise < attraction && attraction <= 1)) {
      throw new IllegalArgumentException(
          "noise must be 0 or more and below attraction, which is at most 1, were %s and %s"
              .formatted(noise, attraction));
    }
    if (!(eta >= 0) || !(shuffled >= 0 && shuffled <= 1)) {
      throw new IllegalArgumentException(
          "eta must be 0 or more and the share of shuffled pages from 0 to 1, were %s and %s"
              .formatted(eta, shuffled));
    }
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, was " + value);
    }
  }

  /**
   * Pages of ten, each query asked ten times by some of a thousand users, who click one in ten
   * wrong documents that they look at and nine in ten right ones; a tenth of the pages shuffled;
   * one round.
   */
  public static ClickSettings defaults() {
    return new ClickSettings(10, 10, 1_000, 0.1, 0.9, 1, 0.1, 1);
  }

  ExaminationCurve examination() {
    return ExaminationCurve.power(pageSize, eta);
  }

  /** From the noise at grade 0 evenly up to the highest grade. */
  Attractiveness attractiveness(int highestGrade) {
    List<Double> byGrade = new ArrayList<>();
    for (int grade = 0; grade <= highestGrade; grade++) {
      byGrade.add(noise + (attraction - noise) * grade / highestGrade);
    }
    return new Attractiveness(byGrade);
  }

  PagePolicy policy() {
    return shuffled > 0 ? new PagePolicy.ShuffleTop(pageSize, shuffled) : new PagePolicy.AsRanked();
  }

  /** By the names that reports show. */
  public Map<String, String> items() {
    Map<String, String> items = new LinkedHashMap<>();
    items.put("pages", "%d documents, %s of them shuffled".formatted(pageSize, shuffled));
    items.put("searches", "%d of each query a round, by %d users".formatted(sessions, clients));
    items.put("clicks", "%s on what answers, %s on what does not".formatted(attraction, noise));
    items.put("examination", "position^-" + eta);
    items.put("rounds", Integer.toString(rounds));
    return items;
  }
}
