package dev.freshet.pipeline.tune;

import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.config.RoundConfig;
import dev.freshet.pipeline.config.TuneConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationState;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.kafka.TopicReader;
import dev.freshet.pipeline.registry.GenerationModules;
import dev.freshet.pipeline.registry.GenerationPublisher;
import dev.freshet.training.corpus.CollectionFolder;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.MalformedLineException;
import dev.freshet.training.feedback.FeedbackRound;
import dev.freshet.training.feedback.FeedbackSettings;
import dev.freshet.training.feedback.GoldenSet;
import dev.freshet.training.feedback.Interactions;
import dev.freshet.training.feedback.Verdict;
import dev.freshet.training.optimise.StepReport;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.RoundListener;
import dev.freshet.training.round.TunedModel;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A round from the generation that is served to the next one: reads its modules and its documents,
 * learns, judges, publishes. What it needs is in Kafka and in the registry.
 */
final class ServedRound implements RoundRunner {
  private static final Logger LOG = LoggerFactory.getLogger(ServedRound.class);

  private static final RoundListener LOGGED =
      new RoundListener() {
        @Override
        public void step(StepReport report, long examples) {}

        @Override
        public void begunAnew(String why, double rate) {
          LOG.info("{}; begins anew at {}", why, rate);
        }
      };

  private final FreshetConfig config;
  private final RoundPlan plan;
  private final Topics topics;
  private final ModelsTopic models;
  private final GenerationModules modules;
  private final GenerationPublisher publisher;
  private final @Nullable GoldenSet golden;

  /** Those of earlier runs; null until they are looked up, at the start and after a failure. */
  private @Nullable AnnouncedRounds announced;

  /** The generation that was last told to be waited for; 0 before. */
  private int awaited;

  /**
   * @throws IllegalArgumentException when the golden set cannot be used
   */
  ServedRound(FreshetConfig config, Clock clock) {
    this.config = config;
    plan = new RoundPlan(config.round());
    topics = new Topics(config.kafka().topicPrefix());
    models = new ModelsTopic(config.kafka(), topics, clock);
    modules = GenerationModules.of(config);
    publisher = new GenerationPublisher(config, clock);
    golden = golden(config);
  }

  /**
   * Finds out at the start what would make every round fail.
   *
   * @throws InvalidConfigException when the golden set cannot be read or judges nothing, or modules
   *     of that budget do not fit the model
   */
  static void check(FreshetConfig config) {
    try {
      golden(config);
    } catch (IllegalArgumentException | MalformedLineException | UncheckedIOException e) {
      throw new InvalidConfigException("gate.golden: " + e.getMessage(), e);
    }
    try {
      BertConfig model = ModelFolder.read(RoundPlan.backbone(config.encoder())).config();
      new RoundPlan(config.round()).tuning(model);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException("round.method, round.budget: " + e.getMessage(), e);
    }
  }

  /**
   * The golden set of a configuration; null where it has none.
   *
   * @throws IllegalArgumentException when it cannot be read, or judges nothing
   */
  private static @Nullable GoldenSet golden(FreshetConfig config) {
    Path folder = config.gate().golden();
    return folder == null ? null : new GoldenSet(CollectionFolder.read(folder));
  }

  @Override
  public Ended run(Supplier<FeedbackRound.Lesson> lessons) {
    Generations generations = models.read();
    AnnouncedRounds before = announced == null ? AnnouncedRounds.of(generations) : announced;
    announced = before;
    GenerationRecord served = generations.served();
    GenerationRecord coming = comesBefore(generations);
    if (served == null || coming != null) {
      if (coming != null && coming.generation() != awaited) {
        LOG.info(
            "a tuning round waits for generation {}, which is {}",
            coming.generation(),
            coming.state());
        awaited = coming.generation();
      }
      return Ended.of(Ending.POSTPONED);
    }
    FeedbackRound.Lesson lesson = lessons.get();
    Ended ended = before.next(lesson.fresh());
    if (ended != null) {
      LOG.info(
          "the interactions up to {} were in a round before the job was restarted, which ended {}",
          ended.until(),
          ended.ending());
      return ended;
    }
    LOG.info(
        "a tuning round begins: {} fresh interactions, {} of earlier rounds, from generation {}",
        lesson.fresh().size(),
        lesson.replay().size(),
        served.generation());
    announced = null; // what fails in it may have been announced: then that is looked up
    Ended over = Ended.of(run(lesson, served));
    announced = before;
    return over;
  }

  /** One that is on its way to be served; null where none is. */
  private static @Nullable GenerationRecord comesBefore(Generations generations) {
    return generations.all().stream()
        .filter(
            record ->
                record.state() == GenerationState.PUBLISHED
                    || record.state() == GenerationState.BUILDING
                    || (record.state() == GenerationState.COMPLETE && !record.wasServed()))
        .findFirst()
        .orElse(null);
  }

  private Ending run(FeedbackRound.Lesson lesson, GenerationRecord served) {
    List<CorpusDocument> documents = documents(lesson, served);
    EncoderSettings encoder = modules.settings(served);
    try (Backbone backbone = Backbone.open(RoundPlan.backbone(encoder), encoder)) {
      ModuleCheckpoint checkpoint = checkpoint(encoder, backbone);
      FeedbackRound round = new FeedbackRound(settings(served, lesson), golden, LOGGED);
      try (FeedbackRound.Outcome outcome =
          round.run(
              lesson,
              documents,
              () -> served(backbone, checkpoint),
              () -> start(backbone, checkpoint, served.generation()))) {
        return publish(lesson, served, backbone, checkpoint, outcome);
      }
    }
  }

  private List<CorpusDocument> documents(FeedbackRound.Lesson lesson, GenerationRecord served) {
    Set<String> wanted = new HashSet<>(lesson.fresh().shown());
    wanted.addAll(lesson.replay().shown());
    wanted.addAll(lesson.past().shown());
    ServedDocuments documents = new ServedDocuments(wanted, config.gate().pool());
    TopicReader.readAll(
        KafkaClients.properties(config.kafka()),
        topics.vectors(served.vectors()),
        record -> {
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted while reading documents");
          }
          documents.add(record);
        });
    return documents.documents();
  }

  private static @Nullable ModuleCheckpoint checkpoint(
      EncoderSettings settings, Backbone backbone) {
    Path folder = settings.modules();
    return folder == null ? null : ModuleCheckpoint.open(folder, backbone.sha256());
  }

  private static TunedModel served(Backbone backbone, @Nullable ModuleCheckpoint checkpoint) {
    return checkpoint == null ? TunedModel.frozen(backbone) : TunedModel.of(backbone, checkpoint);
  }

  private TunedModel start(Backbone backbone, @Nullable ModuleCheckpoint checkpoint, long seed) {
    boolean queryAlone = config.round().sides() == RoundConfig.Sides.QUERY;
    boolean anew = config.tune().start() == TuneConfig.Start.ANEW;
    if (checkpoint != null && queryAlone) {
      return anew
          ? TunedModel.newQuerySideOf(backbone, checkpoint, plan.tuning(backbone.config()), seed)
          : TunedModel.querySideOf(backbone, checkpoint, seed);
    }
    if (checkpoint != null && !anew) {
      return TunedModel.bothSidesOf(backbone, checkpoint, seed);
    }
    return TunedModel.initial(
        backbone,
        plan.tuning(backbone.config()),
        queryAlone ? ModuleSides.QUERY : ModuleSides.SHARED,
        seed);
  }

  private FeedbackSettings settings(GenerationRecord served, FeedbackRound.Lesson lesson) {
    int interactions = lesson.fresh().size() + lesson.replay().size();
    return new FeedbackSettings(
        config.round().estimator(),
        plan.retrieval(),
        plan.stepsFor(interactions, config.tune().every()),
        config.gate().heldOut(),
        config.gate().least(),
        config.gate().pool(),
        new FeedbackSettings.Fusion(served.generation(), served.denseWeight()),
        served.generation());
  }

  private Ending publish(
      FeedbackRound.Lesson lesson,
      GenerationRecord served,
      Backbone backbone,
      @Nullable ModuleCheckpoint checkpoint,
      FeedbackRound.Outcome outcome) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted before anything was published");
    }
    Verdict verdict = stillServed(served, outcome.verdict());
    TunedModel candidate = outcome.candidate();
    Interactions fresh = lesson.fresh();
    GenerationRecord.Round round =
        new GenerationRecord.Round(
            fresh.first(), fresh.last(), ending(verdict), served.generation());
    if (candidate == null) {
      publisher.reject(served, round, verdict.reasons(), verdict.metrics());
    } else {
      publisher.publish(
          new ModuleManifest.Draft(
              candidate.tuning().toJson(),
              candidate.sides(),
              backbone.sha256(),
              checkpoint == null ? null : served.generation(),
              new ModuleManifest.DataWindow(fresh.first(), fresh.last(), outcome.examples()),
              verdict.metrics(),
              new ModuleManifest.GateVerdict(verdict.isAccepted(), verdict.reasons())),
          outcome.denseWeight(),
          round,
          candidate.toWrite());
    }
    return Ending.of(round.ending());
  }

  private static GenerationRecord.Round.Ending ending(Verdict verdict) {
    if (verdict.isAccepted()) {
      return GenerationRecord.Round.Ending.PUBLISHED;
    }
    return verdict.suspicious()
        ? GenerationRecord.Round.Ending.REJECTED
        : GenerationRecord.Round.Ending.UNPROVEN;
  }

  /**
   * Modules were held against a generation: where it is not served any more, or will not be for
   * long, that says nothing.
   */
  private Verdict stillServed(GenerationRecord before, Verdict verdict) {
    Generations generations = models.read();
    GenerationRecord now = generations.served();
    if (now == null || now.generation() != before.generation()) {
      return verdict.and(
          Verdict.unproven(
              "generation %d, which it was judged against, is no longer served"
                  .formatted(before.generation()),
              Map.of()));
    }
    GenerationRecord coming = comesBefore(generations);
    return coming == null
        ? verdict
        : verdict.and(
            Verdict.unproven(
                "generation %d, which somebody has published meanwhile, comes first"
                    .formatted(coming.generation()),
                Map.of()));
  }
}
