package dev.freshet.pipeline.conduct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.config.ConductConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationState;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.MalformedRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
  private final World world = new World();
  private final Reconciler reconciler = new Reconciler(world, ConductConfig.defaults());

  /** Topics, jobs and nodes in memory; jobs write nothing of themselves. */
  private static final class World implements Surroundings {
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private Generations generations = Generations.NONE;
    private final SortedMap<Integer, Long> documents = new TreeMap<>(Map.of(0, 5L, 1, 0L));
    private final Map<Integer, SortedMap<Integer, Long>> written = new TreeMap<>();
    private final Set<Integer> topics = new HashSet<>(Set.of(1));
    private final Set<Integer> jobs = new LinkedHashSet<>();
    private final Set<Integer> ready = new HashSet<>();
    private final Set<String> refused = new HashSet<>();
    private final List<GenerationRecord> log = new ArrayList<>();
    private Runnable beforeRetirement = () -> {};

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public Generations generations() {
      return generations;
    }

    @Override
    public void announce(GenerationRecord record) {
      maybeRefuse("announce " + record.state(), record.generation());
      if (record.state() == GenerationState.RETIRED) {
        Runnable first = beforeRetirement;
        beforeRetirement = () -> {};
        first.run();
      }
      log.add(record);
      try {
        generations = generations.with(record);
      } catch (MalformedRecordException e) {
        assertThat(e).hasMessageContaining("cannot become");
      }
    }

    @Override
    public void serve(Generations current, GenerationRecord chosen, String why) {
      GenerationRecord before = current.served();
      announce(chosen.served(now));
      if (before != null) {
        announce(before.replaced(why, now));
      }
    }

    @Override
    public SortedMap<Integer, Long> documentEnds() {
      return documents;
    }

    @Override
    public SortedMap<Integer, Long> written(int generation, SortedMap<Integer, Long> target) {
      return written.getOrDefault(generation, new TreeMap<>());
    }

    @Override
    public SortedMap<Integer, Long> vectorEnds(int generation) {
      return new TreeMap<>(Map.of(0, 4L));
    }

    @Override
    public Set<Integer> withVectors(Set<Integer> generations) {
      return generations.stream().filter(topics::contains).collect(Collectors.toSet());
    }

    @Override
    public void createVectors(int generation) {
      maybeRefuse("create", generation);
      topics.add(generation);
    }

    @Override
    public void deleteVectors(int generation) {
      assertThat(jobs).doesNotContain(generation);
      maybeRefuse("delete", generation);
      topics.remove(generation);
    }

    @Override
    public Set<Integer> jobs() {
      return Set.copyOf(jobs);
    }

    @Override
    public void startJob(int generation) {
      assertThat(topics).contains(generation);
      maybeRefuse("start", generation);
      jobs.add(generation);
    }

    @Override
    public void stopJob(int generation) {
      maybeRefuse("stop", generation);
      jobs.remove(generation);
    }

    @Override
    public boolean isReady(GenerationRecord generation) {
      return ready.contains(generation.generation());
    }

    private void maybeRefuse(String action, int generation) {
      String what = action + " " + generation;
      if (refused.contains(what)) {
        throw new IllegalStateException("may not " + what);
      }
    }

    GenerationState state(int generation) {
      return Objects.requireNonNull(generations.get(generation)).state();
    }

    void publish(int generation, int vectors) {
      announce(
          GenerationRecord.published(generation, "f" + vectors, "m", vectors, 1, Map.of(), now));
    }

    /** By a round, of another generation. */
    private void publish(int generation, int vectors, int against) {
      announce(
          GenerationRecord.published(generation, "f" + vectors, "m", vectors, 1, Map.of(), now)
              .of(
                  new GenerationRecord.Round(
                      now, now, GenerationRecord.Round.Ending.PUBLISHED, against)));
    }
  }

  @BeforeEach
  void first() {
    world.announce(GenerationRecord.first(1, "f1", "m", world.now));
    settle();
  }

  private void settle() {
    int steps = 0;
    while (reconciler.step()) {
      assertThat(++steps).as("steps until nothing is left to do").isLessThan(50);
    }
  }

  /** Builds and serves a generation. */
  private void roll(int generation) {
    world.publish(generation, generation);
    settle();
    world.written.put(generation, new TreeMap<>(Map.of(0, 5L)));
    settle();
    world.ready.add(generation);
    settle();
  }

  @Test
  void theFirstGenerationHasAJob() {
    assertThat(world.jobs).containsExactly(1);
  }

  @Test
  void aGenerationIsBuiltThenReadThenServed() {
    world.publish(2, 2);
    settle();
    assertThat(world.state(2)).isEqualTo(GenerationState.BUILDING);
    assertThat(world.jobs).containsExactlyInAnyOrder(1, 2);
    assertThat(Objects.requireNonNull(world.generations.get(2)).target())
        .isEqualTo(world.documents);

    world.written.put(2, new TreeMap<>(Map.of(0, 4L)));
    settle();
    assertThat(world.state(2)).isEqualTo(GenerationState.BUILDING);

    world.written.put(2, new TreeMap<>(Map.of(0, 5L)));
    settle();
    assertThat(world.state(2)).isEqualTo(GenerationState.COMPLETE);
    assertThat(Objects.requireNonNull(world.generations.get(2)).required()).containsEntry(0, 4L);
    assertThat(world.state(1)).isEqualTo(GenerationState.SERVED);

    world.ready.add(2);
    settle();
    assertThat(world.state(2)).isEqualTo(GenerationState.SERVED);
    assertThat(world.state(1)).isEqualTo(GenerationState.COMPLETE);
    assertThat(world.jobs).containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void oneThatComesAfterANewerOneIsServedIsNotBuilt() {
    roll(2);
    world.publish(4, 2);
    world.ready.add(4);
    settle();
    assertThat(world.state(4)).isEqualTo(GenerationState.SERVED);
    world.publish(3, 3);
    settle();
    assertThat(world.state(3)).isEqualTo(GenerationState.RETIRED);
    assertThat(world.topics).doesNotContain(3);
    assertThat(world.state(4)).isEqualTo(GenerationState.SERVED);
  }

  @Test
  void whatIsNotKeptForARollbackIsRetiredAndDeleted() {
    roll(2);
    roll(3);
    assertThat(world.state(1)).isEqualTo(GenerationState.RETIRED);
    assertThat(world.state(2)).isEqualTo(GenerationState.COMPLETE);
    assertThat(world.jobs).containsExactlyInAnyOrder(2, 3);
    assertThat(world.topics).containsExactlyInAnyOrder(2, 3);
    world.now = world.now.plus(Duration.ofDays(8));
    settle();
    assertThat(world.state(2)).isEqualTo(GenerationState.RETIRED);
    assertThat(world.topics).containsExactly(3);
  }

  @Test
  void afterARollbackTheNewerOneIsNotServedAgainOfItself() {
    roll(2);
    world.serve(world.generations, Objects.requireNonNull(world.generations.get(1)), "rolled back");
    settle();
    assertThat(world.state(1)).isEqualTo(GenerationState.SERVED);
    assertThat(world.state(2)).isEqualTo(GenerationState.COMPLETE);
    assertThat(world.jobs).containsExactlyInAnyOrder(1, 2);
    roll(3);
    assertThat(world.state(3)).isEqualTo(GenerationState.SERVED);
  }

  private void rollBackFrom2WhileWhatARoundMadeOfItIsBuilt() {
    roll(2);
    world.publish(3, 3, 2);
    settle();
    world.serve(world.generations, Objects.requireNonNull(world.generations.get(1)), "rolled back");
    world.written.put(3, new TreeMap<>(Map.of(0, 5L)));
    world.ready.add(3);
  }

  @Test
  void whatARoundMadeOfOneThatIsRolledBackIsNotServed() {
    rollBackFrom2WhileWhatARoundMadeOfItIsBuilt();
    settle();
    assertThat(world.state(1)).isEqualTo(GenerationState.SERVED);
    assertThat(world.state(3)).isEqualTo(GenerationState.RETIRED);
    assertThat(Objects.requireNonNull(world.generations.get(3)).reasons())
        .containsExactly("a round made it of generation 2, which was replaced by an older one");
    // What is made of the one that people went back to is.
    world.publish(4, 4, 1);
    world.written.put(4, new TreeMap<>(Map.of(0, 5L)));
    world.ready.add(4);
    settle();
    assertThat(world.state(4)).isEqualTo(GenerationState.SERVED);
  }

  @Test
  void norWhereItCannotBeRetired() {
    rollBackFrom2WhileWhatARoundMadeOfItIsBuilt();
    world.publish(4, 4, 2);
    world.refused.add("announce RETIRED 3");
    world.refused.add("announce RETIRED 4");
    assertThatThrownBy(this::settle).hasMessageContaining("may not announce RETIRED 3");
    assertThat(world.state(1)).isEqualTo(GenerationState.SERVED);
    assertThat(world.state(3)).isEqualTo(GenerationState.COMPLETE);
    assertThat(world.state(4)).isEqualTo(GenerationState.PUBLISHED);
  }

  @Test
  void ofThreeThatComeTheOneInTheMiddleIsRetired() {
    world.publish(2, 2);
    settle();
    world.written.put(2, new TreeMap<>(Map.of(0, 5L)));
    settle();
    assertThat(world.state(2)).isEqualTo(GenerationState.COMPLETE);
    world.publish(3, 3);
    settle();
    assertThat(world.state(3)).isEqualTo(GenerationState.BUILDING);
    world.publish(4, 4);
    settle();
    assertThat(world.state(2)).as("it is about to be served").isEqualTo(GenerationState.COMPLETE);
    assertThat(world.state(3)).isEqualTo(GenerationState.RETIRED);
    assertThat(world.state(4)).isEqualTo(GenerationState.BUILDING);
  }

  @Test
  void ofTwoThatAreBuiltTheNewerOneIsKept() {
    world.publish(2, 2);
    settle();
    world.written.put(2, new TreeMap<>(Map.of(0, 5L)));
    settle();
    world.topics.add(3);
    world.announce(
        GenerationRecord.published(3, "f3", "m", 3, 1, Map.of(), world.now)
            .building(world.documents, world.now)
            .complete(world.documents, world.now));
    world.publish(4, 4);
    settle();
    assertThat(world.state(2)).isEqualTo(GenerationState.RETIRED);
    assertThat(world.state(3)).isEqualTo(GenerationState.COMPLETE);
    assertThat(world.state(4)).isEqualTo(GenerationState.BUILDING);
  }

  @Test
  void whoIsChosenWhileItIsRetiredIsServed() {
    roll(2);
    GenerationRecord first = Objects.requireNonNull(world.generations.get(1));
    world.beforeRetirement = () -> world.serve(world.generations, first, "an operator chose 1");
    world.now = world.now.plus(Duration.ofDays(8));
    settle();
    assertThat(world.state(1)).isEqualTo(GenerationState.SERVED);
    assertThat(world.topics).contains(1);
    // Of each generation the newest record is what stays in the topic.
    GenerationRecord last =
        world.log.stream().filter(record -> record.generation() == 1).reduce(first, (a, b) -> b);
    assertThat(last.state()).isEqualTo(GenerationState.SERVED);
  }

  @Test
  void whereNothingIsServedTheLastOneThatWasIs() {
    roll(2);
    roll(3);
    // An operator chose generation 1 a moment after it was retired: that does not count, and the
    // record that generation 3 was replaced does.
    world.announce(Objects.requireNonNull(world.generations.get(1)).served(world.now));
    world.announce(
        Objects.requireNonNull(world.generations.get(3))
            .replaced("an operator chose 1", world.now.plusSeconds(1)));
    assertThat(world.generations.served()).isNull();
    settle();
    assertThat(world.state(3)).isEqualTo(GenerationState.SERVED);
    assertThat(world.state(2)).isEqualTo(GenerationState.COMPLETE);
  }

  @Test
  void aQuerySideIsServedWithoutAnyBuilding() {
    world.publish(2, 1);
    settle();
    assertThat(world.state(2)).isEqualTo(GenerationState.COMPLETE);
    world.ready.add(2);
    settle();
    assertThat(world.state(2)).isEqualTo(GenerationState.SERVED);
    assertThat(world.jobs).containsExactly(1);
    world.announce(Objects.requireNonNull(world.generations.get(1)).retired("by hand", world.now));
    settle();
    assertThat(world.topics).as("vectors that generation 2 uses").containsExactly(1);
    assertThat(world.jobs).containsExactly(1);
  }

  @Test
  void aQuerySideWithoutItsVectorsIsRejected() {
    roll(2);
    roll(3);
    world.publish(4, 1);
    settle();
    assertThat(world.state(4)).isEqualTo(GenerationState.REJECTED);
  }

  @Test
  void aNewerOneSupersedesOneThatIsBuilt() {
    world.publish(2, 2);
    settle();
    world.publish(3, 3);
    settle();
    assertThat(world.state(2)).isEqualTo(GenerationState.RETIRED);
    assertThat(world.state(3)).isEqualTo(GenerationState.BUILDING);
    assertThat(world.jobs).containsExactlyInAnyOrder(1, 3);
    assertThat(world.topics).containsExactlyInAnyOrder(1, 3);
  }

  @Test
  void aSwitchThatACrashCutInTwoIsMended() {
    world.publish(2, 2);
    settle();
    GenerationRecord built = Objects.requireNonNull(world.generations.get(2));
    world.announce(built.complete(new TreeMap<>(), world.now).served(world.now));
    settle();
    assertThat(world.state(2)).isEqualTo(GenerationState.SERVED);
    assertThat(world.state(1)).isEqualTo(GenerationState.COMPLETE);
  }

  @Test
  void aJobThatIsGoneIsStartedAgain() {
    world.jobs.clear();
    settle();
    assertThat(world.jobs).containsExactly(1);
  }

  @Test
  void aJobThatCannotBeStartedKeepsNobodyFromTheirDue() {
    roll(2);
    world.refused.add("start 3");
    world.publish(3, 3);
    assertThatThrownBy(this::settle).hasMessage("may not start 3");
    assertThat(world.state(3)).isEqualTo(GenerationState.BUILDING);

    world.now = world.now.plus(Duration.ofDays(8));
    world.jobs.remove(2);
    assertThatThrownBy(this::settle).hasMessage("may not start 3");
    assertThat(world.state(1)).isEqualTo(GenerationState.RETIRED);
    assertThat(world.topics).containsExactlyInAnyOrder(2, 3);
    assertThat(world.jobs).containsExactly(2);
  }

  @Test
  void theServedGenerationsJobIsStartedBeforeOthers() {
    roll(2);
    world.jobs.clear();
    settle();
    assertThat(world.jobs).containsExactly(2, 1);
  }

  @Test
  void oneThatIsKeptAndCannotBeStartedKeepsNoOtherFromStarting() {
    roll(2);
    world.publish(3, 3);
    settle();
    world.jobs.clear();
    world.refused.add("start 1");
    assertThatThrownBy(this::settle).hasMessage("may not start 1");
    assertThat(world.jobs).containsExactlyInAnyOrder(2, 3);
  }

  @Test
  void vectorsThatCannotBeDeletedKeepNoJobFromStarting() {
    roll(2);
    world.refused.add("delete 1");
    assertThatThrownBy(() -> roll(3)).hasMessage("may not delete 1");
    world.publish(4, 4);
    assertThatThrownBy(this::settle).hasMessage("may not delete 1");
    assertThat(world.state(4)).isEqualTo(GenerationState.BUILDING);
    assertThat(world.jobs).containsExactlyInAnyOrder(2, 3, 4);

    world.jobs.clear();
    world.now = world.now.plus(Duration.ofDays(8));
    assertThatThrownBy(this::settle).hasMessage("may not delete 1");
    assertThat(world.jobs).containsExactlyInAnyOrder(3, 4);
    assertThat(world.topics).as("without those of 2").containsExactlyInAnyOrder(1, 3, 4);
  }

  @Test
  void aCandidateWhoseVectorsCannotBeMadeKeepsNobodyFromTheirDue() {
    world.publish(2, 2);
    settle();
    world.written.put(2, new TreeMap<>(Map.of(0, 5L)));
    settle();
    world.refused.add("create 3");
    world.publish(3, 3);
    world.ready.add(2);
    world.jobs.clear();
    assertThatThrownBy(this::settle).hasMessage("may not create 3");
    assertThat(world.state(2)).isEqualTo(GenerationState.SERVED);
    assertThat(world.jobs).containsExactlyInAnyOrder(1, 2);

    world.now = world.now.plus(Duration.ofDays(8));
    assertThatThrownBy(this::settle).hasMessage("may not create 3");
    assertThat(world.state(1)).isEqualTo(GenerationState.RETIRED);
    assertThat(world.state(3)).isEqualTo(GenerationState.PUBLISHED);
    assertThat(world.topics).containsExactly(2);
  }

  @Test
  void vectorsAreNotDeletedWhileTheirJobCannotBeStopped() {
    roll(2);
    world.refused.add("stop 1");
    world.refused.add("start 3");
    world.publish(3, 3);
    world.now = world.now.plus(Duration.ofDays(8));
    assertThatThrownBy(this::settle).hasMessage("may not stop 1; may not start 3");
    assertThat(world.state(1)).isEqualTo(GenerationState.RETIRED);
    assertThat(world.topics).contains(1);

    world.refused.clear();
    settle();
    assertThat(world.topics).containsExactlyInAnyOrder(2, 3);
    assertThat(world.jobs).containsExactlyInAnyOrder(2, 3);
  }
}
