package dev.freshet.pipeline.tune;

import dev.freshet.pipeline.config.TuneConfig;
import dev.freshet.training.feedback.FeedbackRound;
import dev.freshet.training.feedback.Interactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What rounds learn from: fresh interactions that no round has seen, a replay of those that earlier
 * rounds learned from, and those that earlier rounds were judged by. Used by one thread.
 */
final class RoundBuffer {
  /** Of the replay, how much of the past may judge. */
  private static final int PAST_SHARE = 4;

  /** Fresh ones that are kept while rounds fail, in rounds; older ones leave. */
  private static final int MOST_ROUNDS = 20;

  /** Queries that are known to be taught; those that were longest ago leave then. */
  private static final int MOST_TAUGHT = 50_000;

  private final TuneConfig config;
  private final double heldOut;
  private final List<ClickedPage> fresh = new ArrayList<>();
  private final List<ClickedPage> replay = new ArrayList<>();
  private final List<ClickedPage> past = new ArrayList<>();

  /** Ids of queries that cannot judge, since what is served has been taught them. */
  private final Set<String> taught = new LinkedHashSet<>();

  private final Random random = new Random(1);

  /** When the last round was over, at the least; rounds by time count from here. */
  private long sinceMillis;

  /** The first of the fresh ones that a round has seen and could prove nothing with. */
  private int seenBefore;

  /** How many fresh ones have left from the front since the buffer was made. */
  private long gone;

  /**
   * @param heldOut share of the fresh ones that judges a round
   * @param nowMillis when the buffer is made
   */
  RoundBuffer(TuneConfig config, double heldOut, long nowMillis) {
    this.config = config;
    this.heldOut = heldOut;
    sinceMillis = nowMillis;
  }

  /**
   * Adds a fresh one.
   *
   * @return how many had to leave for it
   */
  int add(ClickedPage page) {
    fresh.add(page);
    int over = Math.max(0, fresh.size() - MOST_ROUNDS * config.every());
    fresh.subList(0, over).clear();
    seenBefore = Math.max(0, seenBefore - over);
    gone += over;
    return over;
  }

  /** Whether a round is due. */
  boolean isDue(long nowMillis) {
    int unseen = fresh.size() - seenBefore;
    return unseen >= config.every()
        || (unseen >= config.least() && nowMillis - sinceMillis >= config.interval().toMillis());
  }

  /** What a round is given that begins now, whatever is added later; for any thread. */
  Supplier<FeedbackRound.Lesson> lesson() {
    List<ClickedPage> freshNow = List.copyOf(fresh);
    List<ClickedPage> replayNow = List.copyOf(replay);
    List<ClickedPage> pastNow = List.copyOf(past);
    Set<String> taughtNow = Set.copyOf(taught);
    return () ->
        new FeedbackRound.Lesson(
            interactions(freshNow), interactions(replayNow), interactions(pastNow), taughtNow);
  }

  private static Interactions interactions(List<ClickedPage> pages) {
    return new Interactions(pages.stream().map(ClickedPage::interaction).toList());
  }

  /** How many are fresh. */
  int fresh() {
    return fresh.size();
  }

  /**
   * The place after the last fresh one that is here, however many come and have to leave later:
   * what a round is given that begins now lies before it.
   */
  long end() {
    return gone + fresh.size();
  }

  /**
   * A round is over, which proved nothing: the next one has what it had, and more.
   *
   * @param end of what the round was given, by {@link #end}
   * @param until time of the newest that it is about
   */
  void keep(long end, Instant until, long nowMillis) {
    seenBefore = given(end, until).size();
    over(until, nowMillis);
  }

  /**
   * A round is over, and what it was given may be what poisoned it: nobody learns from it again.
   * Parameters as of {@link #keep}.
   */
  void drop(long end, Instant until, long nowMillis) {
    take(end, until, nowMillis);
  }

  /** A round that was over before the restart is none that was run now. */
  private void over(Instant until, long nowMillis) {
    sinceMillis =
        until.equals(Instant.MAX) ? nowMillis : Math.max(sinceMillis, until.toEpochMilli());
  }

  /** Those that a round was given and that are still here. */
  private List<ClickedPage> given(long end, Instant until) {
    int seen = (int) Math.max(0, Math.min(end - gone, fresh.size()));
    return fresh.subList(0, seen).stream()
        .filter(page -> !Instant.ofEpochMilli(page.page().millis()).isAfter(until))
        .toList();
  }

  private List<ClickedPage> take(long end, Instant until, long nowMillis) {
    List<ClickedPage> used = given(end, until);
    Set<ClickedPage> leaving = Collections.newSetFromMap(new IdentityHashMap<>());
    leaving.addAll(used);
    fresh.removeIf(leaving::contains);
    gone += used.size();
    seenBefore = 0;
    over(until, nowMillis);
    return used;
  }

  /**
   * A round is over, and its modules are published: what taught it is replayed from now on.
   * Parameters as of {@link #keep}.
   */
  void replay(long end, Instant until, long nowMillis) {
    List<ClickedPage> used = take(end, until, nowMillis);
    rememberTaught(used);
    int cut = used.size() - (int) Math.round(heldOut * used.size());
    List<ClickedPage> inOrder =
        used.stream().sorted(Comparator.comparingLong(page -> page.page().millis())).toList();
    replay.addAll(inOrder.subList(0, cut));
    past.addAll(inOrder.subList(cut, inOrder.size()));
    thin(replay, config.replay());
    thin(past, config.replay() / PAST_SHARE);
  }

  private void rememberTaught(List<ClickedPage> used) {
    Set<String> now =
        new FeedbackRound.Lesson(
                interactions(used), interactions(replay), Interactions.NONE, taught)
            .taughtByNow();
    taught.removeAll(now);
    taught.addAll(now);
    Iterator<String> oldest = taught.iterator();
    for (int over = taught.size() - MOST_TAUGHT; over > 0; over--) {
      oldest.next();
      oldest.remove();
    }
  }

  /** Any of them may leave, so that what stays is a sample: of older rounds ever less. */
  private void thin(List<ClickedPage> pages, int most) {
    while (pages.size() > most) {
      int leaves = random.nextInt(pages.size());
      pages.set(leaves, pages.get(pages.size() - 1));
      pages.remove(pages.size() - 1);
    }
  }

  /** The parts, for a checkpoint, in the order in which {@link #restore} takes them. */
  List<List<ClickedPage>> parts() {
    return List.of(fresh, replay, past);
  }

  /** How many of the fresh ones a round has seen that proved nothing; for a checkpoint, too. */
  int seenBefore() {
    return seenBefore;
  }

  /** What rounds by time count from, in milliseconds since the epoch. */
  long sinceMillis() {
    return sinceMillis;
  }

  /** Ids of queries that judge no more, the first ones first. */
  List<String> taught() {
    return List.copyOf(taught);
  }

  /** Takes {@link #parts} as a checkpoint has them. */
  void restore(
      Iterable<ClickedPage> freshOnes,
      Iterable<ClickedPage> replayed,
      Iterable<ClickedPage> judged) {
    freshOnes.forEach(fresh::add);
    replayed.forEach(replay::add);
    judged.forEach(past::add);
  }

  /** Takes all else as a checkpoint has it. */
  void restore(int seen, long since, Iterable<String> queries) {
    seenBefore = seen;
    sinceMillis = since;
    queries.forEach(taught::add);
  }
}
