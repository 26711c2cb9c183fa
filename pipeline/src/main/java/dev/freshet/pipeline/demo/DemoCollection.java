package dev.freshet.pipeline.demo;

import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusPart;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.sampling.Epochs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A judged collection as the demo uses it. What people search for and what quality is measured with
 * have no query in common, and no document that is the first answer in both ({@link CorpusPart}).
 *
 * @param first documents that are there from the beginning
 * @param later documents that come while people search; nobody's answer
 * @param asked queries that people search with
 * @param heldOut queries that nobody ever asks: quality is measured with them
 * @param truth which documents answer which query; only users and the measurement know it
 * @param heldOutTruth that of the held-out queries alone
 */
record DemoCollection(
    List<CorpusDocument> first,
    List<CorpusDocument> later,
    List<CorpusQuery> asked,
    List<CorpusQuery> heldOut,
    Qrels truth,
    Qrels heldOutTruth) {
  private static final int MOST_LATER = 300;
  private static final long SEED = 1;

  /**
   * Divides a collection.
   *
   * @param mostHeldOut queries to measure with, at most
   * @throws IllegalArgumentException when a part has no query with an answer
   */
  static DemoCollection of(CorpusCollection collection, int mostHeldOut) {
    Qrels truth = new Qrels(collection.judgements());
    Set<String> judged = new HashSet<>();
    collection.judgements().stream().map(Judgement::documentId).forEach(judged::add);
    List<CorpusDocument> first = new ArrayList<>();
    List<CorpusDocument> later = new ArrayList<>();
    for (CorpusDocument document : collection.documents()) {
      boolean canWait = !judged.contains(document.id()) && later.size() < MOST_LATER;
      (canWait ? later : first).add(document);
    }
    List<CorpusQuery> asked = collection.part(CorpusPart.TRAIN).queries();
    List<CorpusQuery> heldOut = sample(collection.part(CorpusPart.TEST).queries(), mostHeldOut);
    if (asked.isEmpty() || heldOut.isEmpty()) {
      throw new IllegalArgumentException(
          "the collection is divided by its documents into a part to ask and a part to measure with, which have %d and %d queries with an answer: it takes more"
              .formatted(asked.size(), heldOut.size()));
    }
    Set<String> measured = new HashSet<>();
    heldOut.forEach(query -> measured.add(query.id()));
    Qrels heldOutTruth =
        new Qrels(
            collection.judgements().stream()
                .filter(judgement -> measured.contains(judgement.queryId()))
                .toList());
    return new DemoCollection(first, later, asked, heldOut, truth, heldOutTruth);
  }

  private static List<CorpusQuery> sample(List<CorpusQuery> all, int most) {
    int[] order = Epochs.shuffled(all.size(), SEED, 0);
    List<CorpusQuery> drawn = new ArrayList<>();
    for (int i = 0; i < Math.min(most, order.length); i++) {
      drawn.add(all.get(order[i]));
    }
    return drawn;
  }

  int documents() {
    return first.size() + later.size();
  }
}
