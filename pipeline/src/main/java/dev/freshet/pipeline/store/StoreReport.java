package dev.freshet.pipeline.store;

import java.util.List;

/**
 * What {@link StoreVerifier} found. Immutable and thread-safe.
 *
 * @param generations those that the store holds, by number
 * @param faults what is wrong with the store as a whole
 */
public record StoreReport(List<Generation> generations, List<String> faults) {
  public StoreReport {
    generations = List.copyOf(generations);
    faults = List.copyOf(faults);
  }

  /**
   * One generation.
   *
   * @param generation its number
   * @param counts as the store keeps them
   * @param bytes on disk and in the log, what is derived from it included
   * @param faults what is wrong, the first of each kind; empty where nothing is
   * @param faultCount how many there are
   */
  public record Generation(
      int generation, StoreCounts counts, long bytes, List<String> faults, long faultCount) {
    public Generation {
      faults = List.copyOf(faults);
    }

    public boolean isSound() {
      return faultCount == 0;
    }
  }

  public boolean isSound() {
    return faults.isEmpty() && generations.stream().allMatch(Generation::isSound);
  }
}
