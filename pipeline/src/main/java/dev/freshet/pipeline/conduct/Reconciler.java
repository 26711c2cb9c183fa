package dev.freshet.pipeline.conduct;

import dev.freshet.pipeline.config.ConductConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationState;
import dev.freshet.pipeline.event.Generations;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings every generation one step further in its life, where the step can be taken. It remembers
 * nothing: what it does follows from what it sees, so after a crash another one goes on.
 *
 * <pre>
 * PUBLISHED ── topic, target noted ──▶ BUILDING ── job has written up to it ──▶ COMPLETE
 * COMPLETE  ── every node has read it, newer than the served one ──▶ SERVED
 * COMPLETE, once served ── too many or too old ──▶ RETIRED ──▶ job and topic are gone
 * </pre>
 *
 * A generation that has been served and was replaced, by a newer one or by a rollback, is not
 * served again of itself, nor is what a round made of one that a rollback replaced.
 */
final class Reconciler {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  private final Surroundings world;
  private final ConductConfig config;

  /** In their order: a stage acts only where those before it have nothing to do, or cannot. */
  private final List<Stage> stages =
      List.of(
          look -> supersede(look.generations()),
          this::begin,
          this::complete,
          look -> serve(look.generations()),
          look -> retire(look.generations()),
          this::stopJobs,
          this::cleanUp,
          this::startJobs);

  Reconciler(Surroundings world, ConductConfig config) {
    this.world = world;
    this.config = config;
  }

  /** One kind of step. */
  private interface Stage {
    /** Takes one step of its kind where one is due; says whether one was taken. */
    boolean act(Look look);
  }

  /**
   * Looks once, and acts once. What cannot be done, in one stage or for one generation, keeps
   * nothing else from its due: above all not the job of the served generation from being started.
   *
   * @return whether something was done, so that another look is worth it
   * @throws RuntimeException when something failed and nothing was left to do besides
   */
  boolean step() {
    var look = new Look(world);
    for (Stage stage : stages) {
      if (look.any(List.of(stage), each -> each.act(look))) {
        return true;
      }
      look.again();
    }
    look.rethrow();
    return false;
  }

  /** Of several that wait or are built, the newest is what people want; an older one comes late. */
  private boolean supersede(Generations generations) {
    List<GenerationRecord> coming =
        generations.all().stream()
            .filter(
                record ->
                    record.state() == GenerationState.PUBLISHED
                        || record.state() == GenerationState.BUILDING
                        || (record.state() == GenerationState.COMPLETE && !record.wasServed()))
            .toList();
    if (coming.isEmpty()) {
      return false;
    }
    GenerationRecord served = generations.served();
    if (served != null && coming.get(0).generation() < served.generation()) {
      return retire(coming.get(0), "superseded by generation " + served.generation());
    }
    for (GenerationRecord record : coming) {
      Integer against = rolledBack(record, served);
      if (against != null) {
        return retire(
            record,
            "a round made it of generation %d, which was replaced by an older one"
                .formatted(against));
      }
    }
    // One that is about to be served is not thrown away for one that must be built first.
    GenerationRecord newest = coming.get(coming.size() - 1);
    GenerationRecord kept =
        coming.stream()
            .filter(record -> record.state() == GenerationState.COMPLETE)
            .reduce(newest, (older, newer) -> newer);
    Optional<GenerationRecord> late =
        coming.stream().filter(record -> record != newest && record != kept).findFirst();
    return late.isPresent()
        && retire(late.get(), "superseded by generation " + newest.generation());
  }

  /**
   * The generation that a round tuned further, and judged against, where people have gone back to
   * an older one since; null otherwise. To serve what came of the round would undo that.
   */
  private static @Nullable Integer rolledBack(
      GenerationRecord record, @Nullable GenerationRecord served) {
    GenerationRecord.Round round = record.round();
    Integer against = round == null ? null : round.against();
    return against != null && served != null && served.generation() < against ? against : null;
  }

  /** What is late, or what a rollback left behind, must not, even where it cannot be retired. */
  private static boolean mayBeServed(GenerationRecord record, @Nullable GenerationRecord served) {
    return (served == null || record.generation() > served.generation())
        && rolledBack(record, served) == null;
  }

  private boolean begin(Look look) {
    Generations generations = look.generations();
    return look.any(
        generations.all(),
        record ->
            record.state() == GenerationState.PUBLISHED
                && mayBeServed(record, generations.served())
                && (record.isQuerySideOnly()
                    ? beginQuerySide(generations, record)
                    : beginBuilding(record)));
  }

  private boolean beginQuerySide(Generations generations, GenerationRecord record) {
    GenerationRecord vectors = generations.get(record.vectors());
    return vectors == null || !generations.areVectorsUsed(record.vectors())
        ? announce(
            record.rejected(
                List.of("the vectors of generation %d are gone".formatted(record.vectors())),
                world.now()))
        : announce(record.complete(vectors.required(), world.now()));
  }

  private boolean beginBuilding(GenerationRecord record) {
    world.createVectors(record.generation());
    return announce(record.building(world.documentEnds(), world.now()));
  }

  private boolean complete(Look look) {
    return look.any(
        look.generations().all(),
        record ->
            record.state() == GenerationState.BUILDING
                && reaches(world.written(record.generation(), record.target()), record.target())
                && announce(record.complete(world.vectorEnds(record.generation()), world.now())));
  }

  /** Whether positions have passed others in every partition. */
  static boolean reaches(SortedMap<Integer, Long> positions, SortedMap<Integer, Long> others) {
    return others.entrySet().stream()
        .allMatch(
            other ->
                other.getValue() == 0
                    || positions.getOrDefault(other.getKey(), 0L) >= other.getValue());
  }

  private boolean serve(Generations generations) {
    GenerationRecord served = generations.served();
    for (GenerationRecord record : generations.all()) {
      boolean isNext =
          record.state() == GenerationState.COMPLETE
              && !record.wasServed()
              && mayBeServed(record, served);
      if (isNext && world.isReady(record)) {
        LOG.info("generation {} is served from now on", record.generation());
        world.serve(generations, record, "replaced by generation " + record.generation());
        return true;
      }
    }
    return served == null ? serveAgain(generations) : demote(generations, served);
  }

  /**
   * What two who announced at once may leave: an operator chose a generation that was retired the
   * moment before. Then nothing is served, and the newest of those that were comes back.
   */
  private boolean serveAgain(Generations generations) {
    Optional<GenerationRecord> newest =
        generations.all().stream()
            .filter(record -> record.state() == GenerationState.COMPLETE && record.wasServed())
            .max(
                Comparator.comparing(GenerationRecord::time)
                    .thenComparing(GenerationRecord::generation));
    newest.ifPresent(
        record -> {
          LOG.warn("no generation is served: generation {} is again", record.generation());
          world.serve(generations, record, "replaced by generation " + record.generation());
        });
    return newest.isPresent();
  }

  /** What a crash between two records of one switch left: two that say SERVED. */
  private boolean demote(Generations generations, GenerationRecord served) {
    for (GenerationRecord record : generations.all()) {
      if (record.state() == GenerationState.SERVED && record.generation() != served.generation()) {
        return announce(
            record.replaced("replaced by generation " + served.generation(), world.now()));
      }
    }
    return false;
  }

  private boolean retire(Generations generations) {
    List<GenerationRecord> replaced =
        generations.all().stream()
            .filter(record -> record.state() == GenerationState.COMPLETE && record.wasServed())
            .sorted(
                Comparator.comparing(GenerationRecord::time)
                    .thenComparing(GenerationRecord::generation)
                    .reversed())
            .toList();
    for (int i = 0; i < replaced.size(); i++) {
      GenerationRecord record = replaced.get(i);
      if (i >= config.keep()) {
        return retire(
            record, "%d of those before it are kept (conduct.keep)".formatted(config.keep()));
      }
      if (record.time().plus(config.keepFor()).isBefore(world.now())) {
        return retire(
            record,
            "it was replaced more than %s ago (conduct.keepFor)".formatted(config.keepFor()));
      }
    }
    return false;
  }

  /**
   * An operator may have it served at this very moment; then the retirement does not count. That is
   * said once more: of a generation Kafka keeps the newest record only, whether it counts or not.
   */
  private boolean retire(GenerationRecord record, String why) {
    announce(record.retired(why, world.now()));
    GenerationRecord served = world.generations().served();
    return served == null
        || served.generation() != record.generation()
        || announce(served.served(world.now()));
  }

  private boolean stopJobs(Look look) {
    Set<Integer> wanted = wantedJobs(look.generations());
    return look.any(
        look.jobs(),
        generation -> {
          if (wanted.contains(generation)) {
            return false;
          }
          LOG.info("stops the index job of generation {}", generation);
          world.stopJob(generation);
          return true;
        });
  }

  /** That of the served one first; then the oldest: one that has been before one that is tried. */
  private boolean startJobs(Look look) {
    Set<Integer> running = look.jobs();
    return look.any(
        wantedJobs(look.generations()),
        generation -> {
          if (running.contains(generation)) {
            return false;
          }
          LOG.info("starts the index job of generation {}", generation);
          world.startJob(generation);
          return true;
        });
  }

  /** In the order in which people need them. */
  private static Set<Integer> wantedJobs(Generations generations) {
    Set<Integer> wanted = new LinkedHashSet<>();
    GenerationRecord served = generations.served();
    if (served != null) {
      wanted.add(served.vectors());
    }
    wanted.addAll(generations.vectorsInUse());
    return wanted;
  }

  private boolean cleanUp(Look look) {
    Generations generations = look.generations();
    Set<Integer> unused =
        generations.all().stream()
            .filter(GenerationRecord::isOver)
            .map(GenerationRecord::vectors)
            .filter(vectors -> !generations.areVectorsUsed(vectors))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<Integer> left = unused.isEmpty() ? unused : world.withVectors(unused);
    if (left.isEmpty()) {
      return false;
    }
    // A job that could not be stopped still writes into them.
    Set<Integer> running = look.jobs();
    return look.any(
        left,
        vectors -> {
          if (running.contains(vectors)) {
            return false;
          }
          LOG.info("deletes the vectors of generation {}", vectors);
          world.deleteVectors(vectors);
          return true;
        });
  }

  private boolean announce(GenerationRecord record) {
    LOG.info(
        "generation {} is {}{}",
        record.generation(),
        record.state(),
        record.reasons().isEmpty() ? "" : ": " + String.join("; ", record.reasons()));
    world.announce(record);
    return true;
  }
}
