package dev.freshet.pipeline.event;

import dev.freshet.training.retrieval.ReciprocalRankFusion;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code models} says of a generation.
 *
 * @param generation its number: the record's key
 * @param state where it stands in its life
 * @param fingerprint identity of the document side's model: equal for two encoders whose vectors
 *     may be compared; never changes
 * @param description the model in one line, for people
 * @param origin where its model comes from; never changes
 * @param vectors the generation whose vectors it searches: its own number, or an older one where
 *     only its query side is new; never changes
 * @param denseWeight what a place in the dense list counts on its hybrid pages, where one in the
 *     list by words counts 1; above 0; never changes
 * @param target by partition of {@code documents}, the end when its building began; empty before
 * @param required by partition of {@code vectors.<vectors>}, the end when it was complete: what a
 *     node must have read; empty before
 * @param wasServed whether it has ever been served
 * @param round the tuning round that it came from; null where none did, or nobody says; never
 *     changes
 * @param reasons why it is where it is, for people: of a rejection, a retirement, a rollback
 * @param metrics by name, what its gate measured
 * @param time when this was announced
 */
public record GenerationRecord(
    int generation,
    GenerationState state,
    String fingerprint,
    String description,
    Origin origin,
    int vectors,
    double denseWeight,
    SortedMap<Integer, Long> target,
    SortedMap<Integer, Long> required,
    boolean wasServed,
    @Nullable Round round,
    List<String> reasons,
    Map<String, Double> metrics,
    Instant time) {

  /**
   * A tuning round that is over, so that none is run again with what it was given.
   *
   * @param from time of the oldest fresh interaction that it was given
   * @param to time of the newest
   * @param ending what became of it
   * @param against the generation that its modules were trained from and judged against; null where
   *     nobody says
   */
  public record Round(Instant from, Instant to, Ending ending, @Nullable Integer against) {
    /** How a round ends that is announced. */
    public enum Ending {
      /** Its modules were published, to be served. */
      PUBLISHED,
      /** It was not beyond doubt that they are better. */
      UNPROVEN,
      /** Something was wrong with them, or with what was clicked. */
      REJECTED
    }

    public Round {
      if (to.isBefore(from)) {
        throw new IllegalArgumentException(
            "a round with interactions from %s to %s".formatted(from, to));
      }
    }
  }

  /** Where a generation's model comes from. */
  public enum Origin {
    /** As {@code encoder.model} and {@code encoder.modules} say: the first generation's. */
    CONFIGURED,
    /** The modules of its number in the registry, on the configured backbone. */
    REGISTRY
  }

  public GenerationRecord {
    target = Collections.unmodifiableSortedMap(new TreeMap<>(target));
    required = Collections.unmodifiableSortedMap(new TreeMap<>(required));
    reasons = List.copyOf(reasons);
    metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
    if (vectors > generation) {
      throw new IllegalArgumentException(
          "generation %d cannot use the vectors of the later generation %d"
              .formatted(generation, vectors));
    }
    if (!(denseWeight > 0 && denseWeight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "denseWeight of generation %d must be above 0 and finite, was %s"
              .formatted(generation, denseWeight));
    }
  }

  /** The first generation, which is served as soon as it is there. */
  public static GenerationRecord first(
      int generation, String fingerprint, String description, Instant time) {
    return new GenerationRecord(
        generation,
        GenerationState.SERVED,
        fingerprint,
        description,
        Origin.CONFIGURED,
        generation,
        ReciprocalRankFusion.EQUAL,
        new TreeMap<>(),
        new TreeMap<>(),
        true,
        null,
        List.of(),
        Map.of(),
        time);
  }

  /** A new generation, whose modules are in the registry. */
  public static GenerationRecord published(
      int generation,
      String fingerprint,
      String description,
      int vectors,
      double denseWeight,
      Map<String, Double> metrics,
      Instant time) {
    return new GenerationRecord(
        generation,
        GenerationState.PUBLISHED,
        fingerprint,
        description,
        Origin.REGISTRY,
        vectors,
        denseWeight,
        new TreeMap<>(),
        new TreeMap<>(),
        false,
        null,
        List.of(),
        metrics,
        time);
  }

  /** As the outcome of a round. */
  public GenerationRecord of(Round outcome) {
    return keeping(denseWeight, outcome);
  }

  /** Its building began. */
  public GenerationRecord building(SortedMap<Integer, Long> newTarget, Instant now) {
    return in(GenerationState.BUILDING, newTarget, required, wasServed, List.of(), now);
  }

  /** Everything up to the target is written. */
  public GenerationRecord complete(SortedMap<Integer, Long> newRequired, Instant now) {
    return in(GenerationState.COMPLETE, target, newRequired, wasServed, List.of(), now);
  }

  /** Searches go to it from now on. */
  public GenerationRecord served(Instant now) {
    return in(GenerationState.SERVED, target, required, true, List.of(), now);
  }

  /** Searches go to another one. */
  public GenerationRecord replaced(String reason, Instant now) {
    return in(GenerationState.COMPLETE, target, required, wasServed, List.of(reason), now);
  }

  /** Its vectors are no longer kept. */
  public GenerationRecord retired(String reason, Instant now) {
    return in(GenerationState.RETIRED, target, required, wasServed, List.of(reason), now);
  }

  /** It failed its gate. */
  public GenerationRecord rejected(List<String> why, Instant now) {
    return in(GenerationState.REJECTED, target, required, wasServed, why, now);
  }

  /** With what an earlier record of it says and none may change, or may not have known. */
  GenerationRecord after(GenerationRecord before) {
    return keeping(before.denseWeight, before.round);
  }

  private GenerationRecord keeping(double weight, @Nullable Round outcome) {
    return new GenerationRecord(
        generation,
        state,
        fingerprint,
        description,
        origin,
        vectors,
        weight,
        target,
        required,
        wasServed,
        outcome,
        reasons,
        metrics,
        time);
  }

  private GenerationRecord in(
      GenerationState newState,
      SortedMap<Integer, Long> newTarget,
      SortedMap<Integer, Long> newRequired,
      boolean served,
      List<String> why,
      Instant now) {
    return new GenerationRecord(
        generation,
        newState,
        fingerprint,
        description,
        origin,
        vectors,
        denseWeight,
        newTarget,
        newRequired,
        served,
        round,
        why,
        metrics,
        now);
  }

  /** Whether it only has a query side of its own. */
  public boolean isQuerySideOnly() {
    return vectors != generation;
  }

  /** Whether it is rejected or retired, for good. */
  public boolean isOver() {
    return state == GenerationState.RETIRED || state == GenerationState.REJECTED;
  }

  /** Whether it is built, may be served, or is: whether its vectors are kept up to date. */
  public boolean isLive() {
    return state == GenerationState.BUILDING
        || state == GenerationState.COMPLETE
        || state == GenerationState.SERVED;
  }
}
