package dev.freshet.training.feedback;

import dev.freshet.model.encoder.EncodingException;
import dev.freshet.training.click.Likeness;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.optimise.DivergedException;
import dev.freshet.training.retrieval.WordLikeness;
import dev.freshet.training.round.RetrievalObjective;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.RoundObjective;
import dev.freshet.training.round.TunedModel;
import dev.freshet.training.round.TuningPlan;
import dev.freshet.training.round.TuningRound;
import dev.freshet.training.sampling.Epochs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One round of learning from what people clicked: interactions become examples, examples change
 * modules, judges decide whether the modules may be served.
 *
 * <pre>
 * fresh ─┬─ earlier ──┐
 *        │            ├─▶ estimator ─▶ examples ─▶ training ─▶ candidate ─┐
 * replay ┼────────────┤                                                  ├─▶ judges ─▶ verdict
 *        │            └ queries that are not taught ┐                    │
 *        └─ later ──────────────────────────────────┴▶ not learned from ─┘
 * </pre>
 *
 * Works on the calling thread, which may be interrupted at any time.
 */
public final class FeedbackRound {
  /** Queries of each kind: a gain of a hundredth is proven by some thousand, slower by more. */
  private static final int MOST_JUDGING = 4_000;

  /** An example is told from those of the others. */
  private static final int FEWEST_EXAMPLES = 2;

  /**
   * How often training that diverges begins anew, each time at half the learning rate. A rate that
   * is right for new modules may throw off those that rounds before have taught.
   */
  private static final int MOST_HALVINGS = 2;

  private final FeedbackSettings settings;
  private final @Nullable GoldenSet golden;
  private final RoundListener listener;

  /**
   * @param golden judged queries that must not get worse; null where there are none
   */
  public FeedbackRound(
      FeedbackSettings settings, @Nullable GoldenSet golden, RoundListener listener) {
    this.settings = settings;
    this.golden = golden;
    this.listener = listener;
  }

  /**
   * What a round learns from, and what it is judged by.
   *
   * @param fresh nobody has learned from them; their newest part judges
   * @param replay earlier ones, against forgetting
   * @param past what judged earlier rounds: never learned from
   * @param taught ids of queries that judge no more, by {@link #taughtByNow} of rounds before
   */
  public record Lesson(
      Interactions fresh, Interactions replay, Interactions past, Set<String> taught) {
    public Lesson {
      taught = Set.copyOf(taught);
    }

    /** What clicks are understood by. */
    Interactions known() {
      return replay.and(fresh);
    }

    /** Ids of queries that could judge, had this round not taught them. */
    public Set<String> taughtByNow() {
      return UntaughtQueries.taught(known(), taught);
    }
  }

  /**
   * How a round ended.
   *
   * @param verdict on the modules, or why there are none
   * @param candidate the modules; null where nothing could be learned. The caller closes it
   * @param denseWeight what a place in its dense list should count on hybrid pages
   * @param examples that it was trained with
   */
  public record Outcome(
      Verdict verdict, @Nullable TunedModel candidate, double denseWeight, int examples)
      implements AutoCloseable {
    @Override
    public void close() {
      if (candidate != null) {
        candidate.close();
      }
    }
  }

  /**
   * Trains and judges.
   *
   * @param documents all that were shown and are still there, and others to search among
   * @param served opens what is served now; closed here
   * @param start opens what training begins with, modules that may change
   * @throws CancellationException when the thread was interrupted; it is not any more
   */
  public Outcome run(
      Lesson lesson,
      List<CorpusDocument> documents,
      Supplier<TunedModel> served,
      Supplier<TunedModel> start) {
    Interactions.Split split = lesson.fresh().split(settings.heldOut());
    Interactions learned = lesson.replay().and(split.before());
    Set<String> untaught = UntaughtQueries.among(lesson.known(), lesson.taught());
    SortedMap<String, CorpusDocument> byId = new TreeMap<>();
    documents.forEach(document -> byId.put(document.id(), document));

    ClickEvidence evidence =
        ClickEvidence.of(settings.estimator(), learned.log(), likeness(learned, documents));
    String tooLittle = evidence.tooLittle(settings.leastJudged());
    if (!tooLittle.isEmpty()) {
      return none(Verdict.unproven(tooLittle, evidence.metrics()), 0);
    }
    String nonsense = evidence.nonsense();
    if (!nonsense.isEmpty()) {
      return none(Verdict.rejected(nonsense, evidence.metrics()), 0);
    }
    TaughtExamples taught =
        TaughtExamples.of(
            evidence.teaching(byId.keySet(), untaught),
            List.copyOf(learned.queries().values()),
            documents);
    if (taught.examples().size() < FEWEST_EXAMPLES) {
      return none(
          Verdict.unproven(
              "%d interactions make %d examples, training takes %d"
                  .formatted(learned.size(), taught.examples().size(), FEWEST_EXAMPLES),
              evidence.metrics()),
          taught.examples().size());
    }
    TunedModel candidate;
    try {
      candidate = trained(start, taught);
    } catch (DivergedException e) {
      return none(
          Verdict.rejected(String.valueOf(e.getMessage()), evidence.metrics()),
          taught.examples().size());
    }
    try {
      Judged judged = judge(candidate, served, lesson, split, untaught, byId);
      return new Outcome(
          Verdict.accepted(evidence.metrics()).and(judged.verdict()),
          candidate,
          judged.denseWeight(),
          taught.examples().size());
    } catch (RuntimeException | Error e) {
      candidate.close();
      throw e;
    }
  }

  /** Only what was shown is compared. */
  private static Likeness likeness(Interactions learned, List<CorpusDocument> documents) {
    Set<String> shown = learned.shown();
    List<CorpusDocument> compared =
        documents.stream().filter(document -> shown.contains(document.id())).toList();
    return new WordLikeness(compared, document -> Cancellation.check())::between;
  }

  /**
   * @throws DivergedException when it diverged at a quarter of the rate, too
   */
  private TunedModel trained(Supplier<TunedModel> start, TaughtExamples taught) {
    TuningPlan plan = settings.plan();
    for (int halvings = 0; ; halvings++) {
      TunedModel candidate = open(start);
      try {
        train(candidate, taught, plan);
        return candidate;
      } catch (RuntimeException | Error e) {
        candidate.close();
        if (!(e instanceof DivergedException) || halvings == MOST_HALVINGS) {
          throw e;
        }
        plan = plan.withRate(plan.rate() / 2);
        listener.begunAnew(String.valueOf(e.getMessage()), plan.rate());
      }
    }
  }

  /** A thread that is interrupted can read no file: that says nothing of the model. */
  private static TunedModel open(Supplier<TunedModel> model) {
    Cancellation.check();
    try {
      return model.get();
    } catch (RuntimeException e) {
      throw Cancellation.orElse(e);
    }
  }

  /** A round without modules: pages stay as they are. */
  private Outcome none(Verdict verdict, int examples) {
    return new Outcome(verdict, null, settings.fusion().denseWeight(), examples);
  }

  private void train(TunedModel candidate, TaughtExamples taught, TuningPlan plan) {
    try (RoundObjective objective =
        new RetrievalObjective(
            candidate,
            taught.examples(),
            taught.relevance(),
            settings.retrieval(),
            settings.seed())) {
      new TuningRound(candidate, objective, plan, listener, null, null).run();
    }
  }

  private record Judged(Verdict verdict, double denseWeight) {}

  private Judged judge(
      TunedModel candidate,
      Supplier<TunedModel> served,
      Lesson lesson,
      Interactions.Split split,
      Set<String> untaughtQueries,
      SortedMap<String, CorpusDocument> documents) {
    Interactions known = lesson.known();
    GainModel model = GainModel.of(settings.estimator(), known.log());
    Set<String> there = documents.keySet();
    Clicked fresh = clicked(model, split.after(), there);
    Clicked untaught = clicked(model, known.of(untaughtQueries), there);
    // Fresh clicks may be spoiled: they have no say in what earlier ones are worth.
    Clicked earlier =
        clicked(
            GainModel.of(settings.estimator(), lesson.replay().and(lesson.past()).log()),
            lesson.past(),
            there);
    List<CorpusDocument> pool =
        pool(
            fresh.interactions().and(untaught.interactions()).and(earlier.interactions()).shown(),
            documents);
    List<CorpusQuery> asked = List.copyOf(known.queries().values());
    try (TunedModel before = open(served)) {
      Judges judges = Judges.convene(before, candidate, pool, settings.seed());
      Verdict verdict =
          judges
              .onSanity(asked)
              .and(judges.onClicks(fresh, untaught, earlier, settings.leastJudged()));
      verdict = golden == null ? verdict : verdict.and(judges.onGolden(golden));
      if (!verdict.isAccepted()) {
        return new Judged(verdict, settings.fusion().denseWeight());
      }
      Clicked hybrid = onHybridPages(model, fresh.interactions(), there);
      return new Judged(verdict, judges.denseWeight(hybrid, settings, golden));
    } catch (EncodingException e) {
      return new Judged(
          Verdict.rejected("canary: " + e.getMessage()), settings.fusion().denseWeight());
    }
  }

  /** Some of the queries that can be judged, with all clicks on them. */
  private Clicked clicked(GainModel model, Interactions judging, Set<String> there) {
    ClickedGains gains = model.gains(judging.log(), there).sample(MOST_JUDGING, settings.seed());
    return new Clicked(gains, judging.of(gains.byQuery().keySet()));
  }

  /** Only these say anything of a weight: the one that their pages had. */
  private Clicked onHybridPages(GainModel model, Interactions judging, Set<String> there) {
    Interactions hybrid = judging.hybridOf(settings.fusion().generation());
    return new Clicked(model.gains(hybrid.log(), there), hybrid);
  }

  /**
   * What was shown, what the golden set judges, and some of the others. A golden document has the
   * set's own text: where the index's was spoiled, so would be what it is judged by.
   */
  private List<CorpusDocument> pool(
      Set<String> shown, SortedMap<String, CorpusDocument> documents) {
    Map<String, CorpusDocument> pool = new TreeMap<>();
    if (golden != null) {
      golden.documents().forEach(document -> pool.put(document.id(), document));
    }
    List<CorpusDocument> others = new ArrayList<>();
    documents.forEach(
        (id, document) -> {
          if (shown.contains(id)) {
            pool.putIfAbsent(id, document);
          } else {
            others.add(document);
          }
        });
    int[] order = Epochs.shuffled(others.size(), settings.seed(), 0);
    Arrays.stream(order)
        .limit(settings.pool())
        .mapToObj(others::get)
        .forEach(document -> pool.putIfAbsent(document.id(), document));
    return List.copyOf(pool.values());
  }
}
