package dev.freshet.pipeline.search;

import java.util.List;

/**
 * Partitions whose documents an answer knows nothing of.
 *
 * @param partitions their numbers
 * @param reason why they are missing
 */
public record Missing(List<Integer> partitions, String reason) {
  public Missing {
    partitions = List.copyOf(partitions);
  }
}
