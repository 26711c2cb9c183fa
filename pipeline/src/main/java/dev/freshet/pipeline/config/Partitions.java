package dev.freshet.pipeline.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Some of the partitions of {@code documents}, and so of every {@code vectors.g}: what one serve
 * node holds, or what is missing. Written as {@code 0-3,6}. Immutable and thread-safe.
 *
 * @param numbers each from 0 on
 */
public record Partitions(SortedSet<Integer> numbers) {
  /** More than any topic has; a slip of the finger must not take all memory. */
  private static final int LIMIT = 100_000;

  public static final Partitions NONE = new Partitions(new TreeSet<>());

  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:\\s*-\\s*(\\d{1,5}))?");

  public Partitions {
    numbers = Collections.unmodifiableSortedSet(new TreeSet<>(numbers));
  }

  /** Of these numbers. */
  public static Partitions of(Collection<Integer> numbers) {
    return new Partitions(new TreeSet<>(numbers));
  }

  /** 0 to count - 1. */
  public static Partitions first(int count) {
    return of(IntStream.range(0, count).boxed().toList());
  }

  /**
   * Reads numbers and ranges, separated by commas.
   *
   * @throws IllegalArgumentException when the text is none of these, or names a partition twice
   */
  public static Partitions parse(String text) {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (String part : text.split(",", -1)) {
      Matcher range = RANGE.matcher(part.strip());
      if (!range.matches()) {
        throw wrong(text, "");
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (last < first) {
        throw wrong(text, ": the range %s runs backwards".formatted(part.strip()));
      }
      for (int number = first; number <= last; number++) {
        if (!numbers.add(number)) {
          throw wrong(text, ": partition %d comes twice".formatted(number));
        }
      }
    }
    return new Partitions(numbers);
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException(
        "must be partitions below %,d such as 0-3,6, was '%s'%s".formatted(LIMIT, text, why));
  }

  public boolean contains(int partition) {
    return numbers.contains(partition);
  }

  public boolean containsAll(Partitions others) {
    return numbers.containsAll(others.numbers);
  }

  public boolean isEmpty() {
    return numbers.isEmpty();
  }

  /** Whether both have a partition. */
  public boolean overlaps(Partitions other) {
    return numbers.stream().anyMatch(other::contains);
  }

  /** Those of both. */
  public Partitions with(Partitions other) {
    SortedSet<Integer> all = new TreeSet<>(numbers);
    all.addAll(other.numbers);
    return new Partitions(all);
  }

  /** Those of this that are not of the other. */
  public Partitions without(Partitions other) {
    return of(numbers.stream().filter(number -> !other.contains(number)).toList());
  }

  /** As {@link #parse} reads it; empty for none. */
  @Override
  public String toString() {
    List<int[]> ranges = new ArrayList<>();
    for (int number : numbers) {
      int[] last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
      if (last != null && last[1] == number - 1) {
        last[1] = number;
      } else {
        ranges.add(new int[] {number, number});
      }
    }
    return ranges.stream()
        .map(range -> range[0] == range[1] ? "" + range[0] : range[0] + "-" + range[1])
        .collect(Collectors.joining(","));
  }
}
