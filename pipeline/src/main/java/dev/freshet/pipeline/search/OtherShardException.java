package dev.freshet.pipeline.search;

import java.util.List;

/** A question that only the nodes of other partitions can answer. */
public class OtherShardException extends RuntimeException {
  private final transient List<Integer> missing;

  /**
   * @param missing the partitions that were not asked
   */
  public OtherShardException(String message, List<Integer> missing) {
    super(message);
    this.missing = List.copyOf(missing);
  }

  /** The partitions that were not asked. */
  public List<Integer> missing() {
    return missing;
  }
}
