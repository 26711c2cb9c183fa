package dev.freshet.training.click;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page that somebody was shown, and what was clicked on it. Immutable and thread-safe.
 *
 * @param clientId who saw it, null where that is not known
 * @param clicks positions that were clicked at least once, from 1, ascending; empty when everything
 *     was skipped
 */
public record Impression(Page page, @Nullable String clientId, List<Integer> clicks) {
  /**
   * @throws IllegalArgumentException when a position is not on the page, or they do not ascend
   */
  public Impression {
    clicks = List.copyOf(clicks);
    int last = 0;
    for (int position : clicks) {
      if (position > page.size() || position <= last) {
        throw new IllegalArgumentException(
            "clicks must be ascending positions from 1 to %d on the page of query %s, were %s"
                .formatted(page.size(), page.queryId(), clicks));
      }
      last = position;
    }
  }

  /**
   * @param position from 1
   */
  public boolean isClicked(int position) {
    return clicks.contains(position);
  }
}
