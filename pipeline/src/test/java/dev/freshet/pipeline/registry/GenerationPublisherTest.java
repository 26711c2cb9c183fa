package dev.freshet.pipeline.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.MalformedRecordException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GenerationPublisherTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void vectorsThatAreStillBuiltAreNotSharedForTheyAreGivenUp() throws MalformedRecordException {
    GenerationRecord first = GenerationRecord.first(1, "f1", "m", NOW);
    GenerationRecord second = GenerationRecord.published(2, "f2", "m", 2, 1, Map.of(), NOW);
    Generations building = Generations.NONE.with(first).with(second.building(new TreeMap<>(), NOW));
    assertThat(GenerationPublisher.vectors(building, 3, "f2")).isEqualTo(3);
    assertThat(GenerationPublisher.vectors(building, 3, "f1")).isEqualTo(1);
    Generations built = building.with(second.complete(new TreeMap<>(), NOW));
    assertThat(GenerationPublisher.vectors(built, 3, "f2")).isEqualTo(2);
    Generations retired = built.with(second.retired("old", NOW));
    assertThat(GenerationPublisher.vectors(retired, 3, "f2")).isEqualTo(3);
  }
}
