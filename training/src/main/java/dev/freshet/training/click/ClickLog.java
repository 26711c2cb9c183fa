package dev.freshet.training.click;

import java.util.ArrayList;
import java.util.List;

/**
 * What users were shown and what they clicked: all that estimates are made from. Immutable and
 * thread-safe.
 *
 * @param impressions in any order, of pages of any length
 */
public record ClickLog(List<Impression> impressions) {
  public ClickLog {
    impressions = List.copyOf(impressions);
  }

  /** This log and a later one. */
  public ClickLog and(ClickLog later) {
    List<Impression> all = new ArrayList<>(impressions);
    all.addAll(later.impressions);
    return new ClickLog(all);
  }

  /** Length of the longest page, 0 for an empty log. */
  public int positions() {
    return impressions.stream().mapToInt(impression -> impression.page().size()).max().orElse(0);
  }

  /** Number of clicks. */
  public long clicks() {
    return impressions.stream().mapToLong(impression -> impression.clicks().size()).sum();
  }
}
