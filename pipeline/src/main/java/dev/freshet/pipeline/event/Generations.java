package dev.freshet.pipeline.event;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that {@code models} says, folded: the newest record of each generation. Immutable and
 * thread-safe.
 *
 * <p>Which generation is served is one fact in the records of two: the one that is served now, and
 * the one that was. They are written one after the other, so for a moment, or after a crash, both
 * say SERVED. Then the newer record holds.
 */
public final class Generations {
  public static final Generations NONE = new Generations(new TreeMap<>(), null);

  private final SortedMap<Integer, GenerationRecord> byNumber;
  private final @Nullable Integer served;

  private Generations(SortedMap<Integer, GenerationRecord> byNumber, @Nullable Integer served) {
    this.byNumber = Collections.unmodifiableSortedMap(new TreeMap<>(byNumber));
    this.served = served;
  }

  /**
   * These and what a later record says. It costs a copy of them all: who reads many records folds
   * them in a {@link Builder}.
   *
   * @throws MalformedRecordException as in {@link Builder#add}
   */
  public Generations with(GenerationRecord record) throws MalformedRecordException {
    var builder = new Builder(byNumber, served);
    builder.add(record);
    return builder.build();
  }

  /** Folds record after record. One thread. */
  public static final class Builder {
    private final SortedMap<Integer, GenerationRecord> byNumber;
    private @Nullable Integer served;

    /** Of no record yet. */
    public Builder() {
      this(new TreeMap<>(), null);
    }

    private Builder(SortedMap<Integer, GenerationRecord> byNumber, @Nullable Integer served) {
      this.byNumber = new TreeMap<>(byNumber);
      this.served = served;
    }

    /**
     * Adds what a later record says. The weight of a dense list stays what it was at first, and so
     * does the round: a conductor of an earlier version writes records without them.
     *
     * @throws MalformedRecordException when the record gives a generation another model or other
     *     vectors than it began with, brings back one that is at its end, or ends the one that is
     *     served; vectors of two models must never meet in one generation, and what is served is
     *     replaced first. Nothing is added then
     */
    public void add(GenerationRecord record) throws MalformedRecordException {
      GenerationRecord before = byNumber.get(record.generation());
      boolean isServed = served != null && served == record.generation();
      if (before != null) {
        requireSame("model", before.fingerprint(), record.fingerprint(), record);
        requireSame("origin", before.origin(), record.origin(), record);
        requireSame("vectors", before.vectors(), record.vectors(), record);
        if (before.isOver() && before.state() != record.state()) {
          throw new MalformedRecordException(
              "generation %d is %s and cannot become %s"
                  .formatted(record.generation(), before.state(), record.state()));
        }
        if (record.isOver() && isServed) {
          throw new MalformedRecordException(
              "generation %d is the one that is served and cannot become %s: serve another one first"
                  .formatted(record.generation(), record.state()));
        }
      }
      byNumber.put(record.generation(), before == null ? record : record.after(before));
      if (record.state() == GenerationState.SERVED) {
        served = record.generation();
      } else if (isServed) {
        // Its successor's record came before this one, unless somebody wrote out of order.
        served = null;
      }
    }

    private static void requireSame(String what, Object before, Object now, GenerationRecord record)
        throws MalformedRecordException {
      if (!before.equals(now)) {
        throw new MalformedRecordException(
            "generation %d has %s %s, not %s".formatted(record.generation(), what, before, now));
      }
    }

    /** What the records say so far; it does not change with later ones. */
    public Generations build() {
      return new Generations(byNumber, served);
    }
  }

  /** All of them, the oldest first. */
  public Collection<GenerationRecord> all() {
    return byNumber.values();
  }

  /** Null when there is none of that number. */
  public @Nullable GenerationRecord get(int generation) {
    return byNumber.get(generation);
  }

  /** The one that searches go to; null when none is served yet. */
  public @Nullable GenerationRecord served() {
    return served == null ? null : byNumber.get(served);
  }

  /** Whether somebody's vectors those of a generation are. */
  public boolean areVectorsUsed(int vectors) {
    return byNumber.values().stream()
        .anyMatch(record -> record.isLive() && record.vectors() == vectors);
  }

  /** Whether a generation is rejected or retired, and nobody else's vectors are its own. */
  public boolean isGone(int generation) {
    GenerationRecord record = get(generation);
    return record != null && record.isOver() && !areVectorsUsed(generation);
  }

  /** The generations whose vectors live ones use: those that have an index job. */
  public SortedSet<Integer> vectorsInUse() {
    return byNumber.values().stream()
        .filter(GenerationRecord::isLive)
        .map(GenerationRecord::vectors)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A number that no generation has had. */
  public int next() {
    return byNumber.isEmpty() ? 1 : byNumber.lastKey() + 1;
  }
}
