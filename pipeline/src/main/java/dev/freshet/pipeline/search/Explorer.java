package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Impression;
import dev.freshet.training.click.PagePolicy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Decides where what a searcher has found is shown, some of it elsewhere than ranked, and makes the
 * impression of it. Thread-safe.
 *
 * <p>Clicks alone cannot tell a document that is better from one that stood higher; a document that
 * chance has put elsewhere can. Of the published ways {@link PagePolicy.SwapTwo} costs a reader
 * least: two documents of a page, on a share of the answers, the first ten places at most. In
 * another share a {@link Discovery} shows documents that were not on the page at all.
 */
public final class Explorer {
  private static final PagePolicy SWAP = new PagePolicy.SwapTwo(1);
  private static final PagePolicy AS_RANKED = new PagePolicy.AsRanked();

  private final Searcher searcher;
  private final double swaps;
  private final PagePolicy swapping;
  private final Discovery discovery;
  private final Random random;
  private final Clock clock;

  /**
   * @param searcher finds and ranks
   * @param swaps share of the answers in which two documents change places, 0 to 1
   * @param discoveries share of the answers with documents from further down, 0 to what is left
   * @param random decides which
   */
  public Explorer(Searcher searcher, double swaps, double discoveries, Random random, Clock clock) {
    this.searcher = searcher;
    this.swaps = swaps;
    this.swapping = new PagePolicy.SwapTwo(swaps);
    this.discovery = new Discovery(discoveries);
    this.random = random;
    this.clock = clock;
  }

  /**
   * An answer as it is shown, and the impression of it: to be written once somebody gets the
   * answer, and not otherwise.
   */
  public record Shown(SearchAnswer answer, Impression impression) {}

  /** Searches; throws what the searcher does. */
  public Shown show(SearchRequest request) {
    double chance = request.explore() ? random.nextDouble() : 1;
    boolean swap = chance < swaps;
    boolean discover = !swap && chance < swaps + discovery.share();
    SearchAnswer ranked = searcher.search(discover ? request.withBelow(Discovery.BELOW) : request);
    int found = ranked.hits().size();
    int size = Math.min(request.k(), found);
    // A full answer goes on below, as far as anybody knows.
    int below = found < request.k() || discover ? found - size : Discovery.BELOW;
    int[] candidates = discovery.candidates(size, below, seed(request, ranked));
    int[] ranks =
        discover
            ? discovery.drawRanks(size, candidates, random)
            : (swap ? SWAP : AS_RANKED).drawRanks(top(size), random);
    List<Hit> shown = new ArrayList<>(size);
    List<Impression.Slot> slots = new ArrayList<>();
    for (int position = 1; position <= size; position++) {
      int rank = position <= ranks.length ? ranks[position - 1] : position;
      Hit hit = ranked.hits().get(rank - 1);
      shown.add(hit);
      if (position <= Impression.MAX_SLOTS) {
        double probability = request.explore() ? probability(rank, position, size, candidates) : 1;
        slots.add(new Impression.Slot(hit.id(), rank, probability));
      }
    }
    Impression impression =
        new Impression(
            ranked.queryId(),
            request.query(),
            ranked.generation(),
            request.mode(),
            request.explore() ? swaps : 0,
            slots,
            request.clientId(),
            clock.instant());
    return new Shown(ranked.withHits(shown), impression);
  }

  private static long seed(SearchRequest request, SearchAnswer ranked) {
    return 31L * request.query().hashCode() + ranked.generation();
  }

  private static int top(int size) {
    return Math.min(Impression.EXPLORED_SLOTS, size);
  }

  /** Over all answers: those with a swap, those with a discovery, and those as ranked. */
  private double probability(int rank, int position, int size, int[] candidates) {
    double discovered = discovery.probability(rank, position, size, candidates);
    if (rank > size) {
      return discovered;
    }
    double asRanked = rank == position ? 1 : 0;
    double swapped =
        position <= top(size) ? swapping.probability(rank, position, top(size)) : asRanked;
    return swapped + discovered - asRanked;
  }
}
