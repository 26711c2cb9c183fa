package dev.freshet.training.feedback;

import dev.freshet.training.click.ClickLog;
import dev.freshet.training.click.DebiasedClicks;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.IndifferentClients;
import dev.freshet.training.click.Likeness;
import dev.freshet.training.click.Slot;
import dev.freshet.training.click.TrainingPair;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the clicks of a log say, and whether it makes sense. Immutable and thread-safe.
 *
 * @param clicks nobody in it has more influence than {@link InfluenceLimit} allows
 * @param answers share of what was shown that answers, 0 to 1
 * @param telling queries whose clicks can tell: some, of {@value #TELLING} searches at least
 * @param indifferent clients that were left out, for they click whatever stands wherever
 */
record ClickEvidence(DebiasedClicks clicks, double answers, int telling, int indifferent) {
  /**
   * Of fewer searches nothing tells a document that answers from one that was clicked by chance.
   */
  private static final int TELLING = 3;

  /**
   * More of what people are shown than this does not answer them. Where most users click what does
   * not answer, wrong answers look like right ones, and there are many of them.
   */
  private static final double MOST_ANSWERS = 0.5;

  /**
   * @param likeness of the documents in the log
   */
  static ClickEvidence of(Estimator estimator, ClickLog log, Likeness likeness) {
    IndifferentClients indifferent = IndifferentClients.of(log);
    ClickLog readers = indifferent.removedFrom(log);
    DebiasedClicks clicks =
        new InfluenceLimit().apply(estimator.debiasing().pairs(readers, likeness));
    int shown = Math.max(1, shown(readers));
    return new ClickEvidence(
        clicks, (double) clicks.positives().size() / shown, telling(readers), indifferent.count());
  }

  private static int telling(ClickLog log) {
    Map<String, Integer> searches = new HashMap<>();
    Set<String> clicked = new HashSet<>();
    for (Impression impression : log.impressions()) {
      String query = impression.page().queryId();
      searches.merge(query, 1, Integer::sum);
      if (!impression.clicks().isEmpty()) {
        clicked.add(query);
      }
    }
    clicked.removeIf(query -> searches.getOrDefault(query, 0) < TELLING);
    return clicked.size();
  }

  /** Pairs of query and document. */
  private static int shown(ClickLog log) {
    Set<List<String>> pairs = new HashSet<>();
    log.impressions()
        .forEach(
            impression ->
                impression.page().slots().stream()
                    .map(Slot::documentId)
                    .forEach(id -> pairs.add(List.of(impression.page().queryId(), id))));
    return pairs.size();
  }

  /**
   * Why these clicks cannot teach anybody yet, for people; empty where they can, or are enough to
   * say that they never will.
   *
   * @param least queries that it takes
   */
  String tooLittle(int least) {
    return clicks.positives().isEmpty() && telling < least
        ? "%d queries were asked %d times or more, and clicked on; it takes %d to tell answers from other documents (gate.least)"
            .formatted(telling, TELLING, least)
        : "";
  }

  /** Why these clicks should not teach anybody, for people; empty where they may. */
  String nonsense() {
    if (clicks.positives().isEmpty()) {
      return "the clicks do not tell answers from other documents";
    }
    return answers > MOST_ANSWERS
        ? String.format(
            Locale.ROOT,
            "clicks say that %.0f %% of all that was shown answers; above %.0f %% they mean something else",
            100 * answers,
            100 * MOST_ANSWERS)
        : "";
  }

  /** What was measured, by name. */
  Map<String, Double> metrics() {
    return Map.of(
        "answers of what was shown", answers, "indifferent clients", (double) indifferent);
  }

  /**
   * What may be taught.
   *
   * @param documents that are still there
   * @param untaught queries that judge instead
   */
  DebiasedClicks teaching(Set<String> documents, Set<String> untaught) {
    Predicate<TrainingPair> teaches =
        pair -> documents.contains(pair.documentId()) && !untaught.contains(pair.queryId());
    return new DebiasedClicks(
        clicks.positives().stream().filter(teaches).toList(),
        clicks.negatives().stream().filter(teaches).toList());
  }
}
