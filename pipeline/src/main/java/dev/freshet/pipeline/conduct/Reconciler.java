package dev.freshet.pipeline.conduct;

import dev.freshet.pipeline.config.ConductConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationState;
import dev.freshet.pipeline.event.Generations;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
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

  Reconciler(Surroundings world, ConductConfig config) {
    this.world = world;
    this.config = config;
  }

  /**
   * Looks once, and acts once. Jobs come last: where they cannot be had, or one of them cannot be
   * started, everything else still gets its due.
   *
   * @return whether something was done, so that another look is worth it
   */
  boolean step() {
    Generations generations = world.generations();
    return supersede(generations)
        || begin(generations)
        || complete(generations)
        || serve(generations)
        || retire(generations)
        || stopJobs(generations)
        || cleanUp(generations)
        || startJobs(generations);
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

  private boolean begin(Generations generations) {
    for (GenerationRecord record : generations.all()) {
      if (record.state() != GenerationState.PUBLISHED) {
        continue;
      }
      if (record.isQuerySideOnly()) {
        GenerationRecord vectors = generations.get(record.vectors());
        return vectors == null || !generations.areVectorsUsed(record.vectors())
            ? announce(
                record.rejected(
                    List.of("the vectors of generation %d are gone".formatted(record.vectors())),
                    world.now()))
            : announce(record.complete(vectors.required(), world.now()));
      }
      world.createVectors(record.generation());
      return announce(record.building(world.documentEnds(), world.now()));
    }
    return false;
  }

  private boolean complete(Generations generations) {
    for (GenerationRecord record : generations.all()) {
      if (record.state() == GenerationState.BUILDING
          && reaches(world.written(record.generation(), record.target()), record.target())) {
        return announce(record.complete(world.vectorEnds(record.generation()), world.now()));
      }
    }
    return false;
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
              && (served == null || record.generation() > served.generation());
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

  private boolean stopJobs(Generations generations) {
    Set<Integer> wanted = wantedJobs(generations);
    for (int generation : world.jobs()) {
      if (!wanted.contains(generation)) {
        LOG.info("stops the index job of generation {}", generation);
        world.stopJob(generation);
        return true;
      }
    }
    return false;
  }

  /** The oldest first: one that has been served before one that is tried. */
  private boolean startJobs(Generations generations) {
    Set<Integer> running = world.jobs();
    for (int generation : wantedJobs(generations)) {
      if (!running.contains(generation)) {
        LOG.info("starts the index job of generation {}", generation);
        world.startJob(generation);
        return true;
      }
    }
    return false;
  }

  private static SortedSet<Integer> wantedJobs(Generations generations) {
    return generations.all().stream()
        .filter(GenerationRecord::isLive)
        .map(GenerationRecord::vectors)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private boolean cleanUp(Generations generations) {
    Set<Integer> unused =
        generations.all().stream()
            .filter(GenerationRecord::isOver)
            .map(GenerationRecord::vectors)
            .filter(vectors -> !generations.areVectorsUsed(vectors))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<Integer> left = unused.isEmpty() ? unused : world.withVectors(unused);
    for (int vectors : left) {
      LOG.info("deletes the vectors of generation {}", vectors);
      world.deleteVectors(vectors);
    }
    return !left.isEmpty();
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
