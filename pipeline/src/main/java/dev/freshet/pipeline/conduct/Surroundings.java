package dev.freshet.pipeline.conduct;

import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Generations;
import java.time.Instant;
import java.util.Set;
import java.util.SortedMap;

/**
 * What the conductor sees and what it can do: topics, jobs, nodes. Every action may be done twice;
 * each throws when it cannot be done now, and the conductor tries again.
 */
interface Surroundings {

  Instant now();

  Generations generations();

  void announce(GenerationRecord record);

  /** Makes a generation the served one. */
  void serve(Generations now, GenerationRecord chosen, String why);

  /** By partition, where {@code documents} ends now. */
  SortedMap<Integer, Long> documentEnds();

  /**
   * By partition of {@code documents}, up to where an index job has written everything.
   *
   * @param target up to where it matters; a position has reached it, too, when no record is left
   *     before it
   */
  SortedMap<Integer, Long> written(int generation, SortedMap<Integer, Long> target);

  /** By partition, where {@code vectors.g} ends now. */
  SortedMap<Integer, Long> vectorEnds(int generation);

  /** Those of some generations whose {@code vectors.g} is there. */
  Set<Integer> withVectors(Set<Integer> generations);

  void createVectors(int generation);

  /** Deletes {@code vectors.g}, and what its job kept beside it. */
  void deleteVectors(int generation);

  /** Generations whose index jobs run or try to. */
  Set<Integer> jobs();

  void startJob(int generation);

  void stopJob(int generation);

  /** Whether every node has read what a generation requires, and could serve it at once. */
  boolean isReady(GenerationRecord generation);
}
