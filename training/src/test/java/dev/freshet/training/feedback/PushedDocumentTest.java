package dev.freshet.training.feedback;

import static dev.freshet.training.feedback.SimulatedFeedback.HONEST;
import static dev.freshet.training.feedback.SimulatedFeedback.PAGE;
import static dev.freshet.training.feedback.SimulatedFeedback.SIZE;
import static dev.freshet.training.feedback.SimulatedFeedback.TUNING;
import static dev.freshet.training.feedback.SimulatedFeedback.WORLD;
import static dev.freshet.training.feedback.SimulatedFeedback.page;
import static dev.freshet.training.feedback.SimulatedFeedback.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.training.click.ClickSimulation;
import dev.freshet.training.click.Estimator;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.PagePolicy;
import dev.freshet.training.click.Population;
import dev.freshet.training.click.PushingUser;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.retrieval.Ranking;
import dev.freshet.training.retrieval.Run;
import dev.freshet.training.retrieval.ScoredDocument;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.TinyWorld;
import dev.freshet.training.round.TunedModel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many queries, each in a few words of its own, and one document on every page that some users
 * click wherever they see it. It answers few of them.
 */
class PushedDocumentTest {
  private static final int PUSHED = 5;
  private static final String PUSHED_ID = "d" + PUSHED;

  /**
   * In so many ways people ask for a document: few enough for none to look as if it were pushed.
   */
  private static final int WAYS = 6;

  private static final int SESSIONS = 10;
  private static final int CLIENTS = 40;

  /** So many places a document moves by chance; where nothing holds it down it gains six. */
  private static final double NOISE = 1;

  private static final List<CorpusQuery> QUERIES = new ArrayList<>();
  private static final List<Judgement> JUDGEMENTS = new ArrayList<>();

  static {
    for (int document = 0; document < SIZE; document++) {
      for (int way = 0; way < WAYS; way++) {
        String id = document + "-" + way;
        // A word of another query: no way of asking is like another one.
        String more = WORLD.queries().get((document + 7 * way + 1) % SIZE).text().substring(0, 3);
        String text = WORLD.queries().get(document).text() + " " + more;
        QUERIES.add(new CorpusQuery(id, text, null));
        JUDGEMENTS.add(new Judgement(id, "d" + document, 1));
      }
    }
  }

  @TempDir private static Path folder;
  private static Backbone backbone;

  @BeforeAll
  static void open() {
    backbone = TinyWorld.backbone(folder);
  }

  @AfterAll
  static void close() {
    backbone.close();
  }

  private static TunedModel untuned() {
    return TunedModel.initial(backbone, TUNING, ModuleSides.SHARED, 1);
  }

  /**
   * @param pushing share of the users who push
   */
  private static Interactions clicks(double pushing) {
    Map<String, Ranking> pages = new LinkedHashMap<>();
    Map<String, CorpusQuery> byId = new HashMap<>();
    for (int i = 0; i < QUERIES.size(); i++) {
      List<String> shown = page(i / WAYS);
      if (!shown.contains(PUSHED_ID)) {
        shown.set(PAGE - 1, PUSHED_ID);
      }
      List<ScoredDocument> ranked = new ArrayList<>();
      shown.forEach(id -> ranked.add(new ScoredDocument(id, -ranked.size())));
      pages.put(QUERIES.get(i).id(), Ranking.of(ranked));
      byId.put(QUERIES.get(i).id(), QUERIES.get(i));
    }
    Population users =
        new Population(
            List.of(
                new Population.Share(1 - pushing, HONEST),
                new Population.Share(pushing, new PushingUser(PUSHED_ID))));
    Map<String, Integer> asked = new HashMap<>();
    List<Interaction> all = new ArrayList<>();
    for (Impression impression :
        new ClickSimulation(users, new PagePolicy.SwapTwo(0.2), PAGE, SESSIONS, CLIENTS, 1, 1)
            .run(new Run(pages), new Qrels(JUDGEMENTS))
            .impressions()) {
      CorpusQuery query = Objects.requireNonNull(byId.get(impression.page().queryId()));
      int session = asked.merge(query.id(), 1, Integer::sum);
      all.add(new Interaction(query, impression, 1, Instant.ofEpochSecond(session)));
    }
    return new Interactions(all);
  }

  private static FeedbackRound.Outcome run(Interactions fresh) {
    return new FeedbackRound(settings(Estimator.POSTERIOR, 60), null, RoundListener.NONE)
        .run(
            new FeedbackRound.Lesson(fresh, Interactions.NONE, Interactions.NONE, Set.of()),
            WORLD.documents(),
            PushedDocumentTest::untuned,
            PushedDocumentTest::untuned);
  }

  /** Where the pushed document stands on average for queries that it does not answer, from 1. */
  private static double rank(TunedModel model) {
    Run run = SimulatedFeedback.run(model, QUERIES);
    return QUERIES.stream()
        .filter(query -> !query.id().startsWith(PUSHED + "-"))
        .mapToInt(query -> place(run, query.id(), PUSHED_ID))
        .average()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.15, 0.3})
  void whatSomeUsersPushStandsNoHigherThanBeforeAndWhatOthersMeanIsLearned(double pushing) {
    try (TunedModel before = untuned();
        FeedbackRound.Outcome honest = run(clicks(0));
        FeedbackRound.Outcome pushed = run(clicks(pushing))) {
      assertThat(pushed.verdict().reasons()).isEmpty();
      TunedModel candidate = Objects.requireNonNull(pushed.candidate());
      assertThat(rank(candidate)).as("of the pushed document").isGreaterThan(rank(before) - NOISE);
      // Of what can be learned from honest users alone, half is learned all the same.
      double untuned = quality(before);
      double learnable = quality(Objects.requireNonNull(honest.candidate())) - untuned;
      assertThat(quality(candidate)).isGreaterThan(untuned + learnable / 2);
    }
  }

  /** Mean reciprocal rank of the answers. */
  private static double quality(TunedModel model) {
    Run run = SimulatedFeedback.run(model, QUERIES);
    return JUDGEMENTS.stream()
        .mapToDouble(each -> 1.0 / place(run, each.queryId(), each.documentId()))
        .average()
        .orElseThrow();
  }

  private static int place(Run run, String query, String document) {
    return Objects.requireNonNull(run.rankings().get(query)).ids().indexOf(document) + 1;
  }
}
