package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.event.ImpressionWriter;
import dev.freshet.training.click.PagePolicy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Shows what another searcher has found, on some pages with two documents in each other's place,
 * and writes an impression of every answer. Thread-safe.
 *
 * <p>Clicks alone cannot tell a document that is better from one that stood higher; a document that
 * chance has put elsewhere can. Of the published ways {@link PagePolicy.SwapTwo} costs a reader
 * least: two documents of a page, on a share of the pages, the first ten places at most.
 */
public final class ExploringSearcher implements Searcher {
  private static final PagePolicy AS_RANKED = new PagePolicy.AsRanked();

  private final Searcher searcher;
  private final PagePolicy exploring;
  private final double share;
  private final Random random;
  private final ImpressionWriter impressions;
  private final Clock clock;

  /**
   * @param searcher finds and ranks
   * @param share of the pages on which two documents change places, 0 to 1
   * @param random decides which
   * @param impressions takes what was shown
   */
  public ExploringSearcher(
      Searcher searcher, double share, Random random, ImpressionWriter impressions, Clock clock) {
    this.searcher = searcher;
    this.exploring = new PagePolicy.SwapTwo(share);
    this.share = share;
    this.random = random;
    this.impressions = impressions;
    this.clock = clock;
  }

  @Override
  public SearchAnswer search(SearchRequest request) {
    SearchAnswer ranked = searcher.search(request);
    PagePolicy policy = request.explore() ? exploring : AS_RANKED;
    int top = Math.min(Impression.EXPLORED_SLOTS, ranked.hits().size());
    int[] ranks = policy.drawRanks(top, random);
    List<Hit> shown = new ArrayList<>(ranked.hits());
    List<Impression.Slot> slots = new ArrayList<>();
    for (int i = 0; i < Math.min(shown.size(), Impression.MAX_SLOTS); i++) {
      int position = i + 1;
      int rank = i < top ? ranks[i] : position;
      shown.set(i, ranked.hits().get(rank - 1));
      double probability = i < top ? policy.probability(rank, position, top) : 1;
      slots.add(new Impression.Slot(shown.get(i).id(), rank, probability));
    }
    impressions.write(
        new Impression(
            ranked.queryId(),
            request.query(),
            ranked.generation(),
            request.mode(),
            request.explore() ? share : 0,
            slots,
            request.clientId(),
            clock.instant()));
    return new SearchAnswer(ranked.queryId(), ranked.generation(), shown, ranked.tookMillis());
  }

  @Override
  public Optional<Document> document(String id) {
    return searcher.document(id);
  }

  @Override
  public int servedGeneration() {
    return searcher.servedGeneration();
  }

  @Override
  public List<GenerationStatus> generations() {
    return searcher.generations();
  }
}
