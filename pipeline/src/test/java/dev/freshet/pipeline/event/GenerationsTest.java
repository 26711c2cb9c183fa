package dev.freshet.pipeline.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GenerationsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final GenerationRecord FIRST = GenerationRecord.first(1, "f1", "a model", NOW);

  private static GenerationRecord published(int generation) {
    return GenerationRecord.published(
        generation, "f" + generation, "a model", generation, 2, Map.of("nDCG@10", 0.5), NOW);
  }

  private static Generations of(GenerationRecord... records) throws MalformedRecordException {
    Generations all = Generations.NONE;
    for (GenerationRecord record : records) {
      all = all.with(record);
    }
    return all;
  }

  @Test
  void aRecordIsReadAsItWasWritten() throws MalformedRecordException {
    GenerationRecord record =
        published(7)
            .building(new TreeMap<>(Map.of(0, 3L, 12, 4L)), NOW)
            .complete(new TreeMap<>(Map.of(0, 9L)), NOW)
            .served(NOW)
            .replaced("because", NOW);
    assertThat(GenerationRecordCodec.decode(GenerationRecordCodec.encode(record)))
        .isEqualTo(record);
    assertThat(record.wasServed()).isTrue();
    assertThat(record.target()).containsEntry(12, 4L);
    assertThatExceptionOfType(MalformedRecordException.class)
        .isThrownBy(() -> GenerationRecordCodec.decode("{\"generation\": 1}".getBytes()))
        .withMessageContaining("reasons");
  }

  @Test
  void whatIsNoTextWhereTextBelongsIsMalformed() {
    String good = new String(GenerationRecordCodec.encode(published(7)), UTF_8);
    for (String field : List.of("state", "fingerprint", "description", "origin", "time")) {
      String bad = good.replaceFirst("\"%s\":\"[^\"]*\"".formatted(field), "\"" + field + "\":5");
      assertThat(bad).isNotEqualTo(good);
      assertThatExceptionOfType(MalformedRecordException.class)
          .isThrownBy(() -> GenerationRecordCodec.decode(bad.getBytes(UTF_8)))
          .withMessageContaining(field + " must be text, was 5");
    }
  }

  @Test
  void theWeightOfTheDenseListStaysWhateverLaterRecordsSay() throws MalformedRecordException {
    GenerationRecord built = published(2).building(new TreeMap<>(), NOW);
    Generations all = of(published(2), built.after(FIRST));
    GenerationRecord known = Objects.requireNonNull(all.get(2));
    assertThat(known).isEqualTo(built);
    assertThat(known.complete(new TreeMap<>(), NOW).served(NOW).denseWeight()).isEqualTo(2);
  }

  @Test
  void inARecordOfAnEarlierVersionBothListsCountAlike() throws MalformedRecordException {
    String now = new String(GenerationRecordCodec.encode(published(7)), UTF_8);
    String earlier = now.replace("\"denseWeight\":2.0,", "");
    assertThat(earlier).isNotEqualTo(now);
    assertThat(GenerationRecordCodec.decode(earlier.getBytes(UTF_8)).denseWeight()).isEqualTo(1);
    assertThatExceptionOfType(MalformedRecordException.class)
        .isThrownBy(
            () ->
                GenerationRecordCodec.decode(
                    now.replace("Weight\":2.0", "Weight\":0").getBytes(UTF_8)))
        .withMessageContaining("must be above 0 and finite, was 0.0");
  }

  @Test
  void theNewerOfTwoServedOnesIsServed() throws MalformedRecordException {
    Generations switched = of(FIRST, published(2), published(2).served(NOW));
    assertThat(Objects.requireNonNull(switched.served()).generation()).isEqualTo(2);
    Generations settled = switched.with(FIRST.replaced("r", NOW));
    assertThat(Objects.requireNonNull(settled.served()).generation()).isEqualTo(2);
    Generations back = settled.with(Objects.requireNonNull(settled.get(1)).served(NOW));
    assertThat(Objects.requireNonNull(back.served()).generation()).isEqualTo(1);
    assertThat(back.next()).isEqualTo(3);
  }

  @Test
  void aGenerationKeepsItsModelAndItsEnd() throws MalformedRecordException {
    Generations generations = of(FIRST);
    assertThatExceptionOfType(MalformedRecordException.class)
        .isThrownBy(() -> generations.with(GenerationRecord.first(1, "other", "m", NOW)))
        .withMessageContaining("generation 1 has model f1, not other");
    Generations rejected = generations.with(published(2).rejected(List.of("worse"), NOW));
    assertThatExceptionOfType(MalformedRecordException.class)
        .isThrownBy(() -> rejected.with(published(2).served(NOW)))
        .withMessageContaining("is REJECTED and cannot become SERVED");
  }

  @Test
  void theServedOneIsNotEndedBeforeAnotherOneIsServed() throws MalformedRecordException {
    Generations generations = of(FIRST, published(2).complete(new TreeMap<>(), NOW));
    assertThatExceptionOfType(MalformedRecordException.class)
        .isThrownBy(() -> generations.with(FIRST.retired("old", NOW)))
        .withMessageContaining("generation 1 is the one that is served and cannot become RETIRED");
    Generations switched = generations.with(published(2).served(NOW));
    assertThat(Objects.requireNonNull(switched.with(FIRST.retired("old", NOW)).get(1)).state())
        .isEqualTo(GenerationState.RETIRED);
  }

  @Test
  void theRoundOfAGenerationStaysWhateverLaterRecordsSay() throws MalformedRecordException {
    var round =
        new GenerationRecord.Round(
            NOW.minusSeconds(9), NOW, GenerationRecord.Round.Ending.UNPROVEN, 1);
    GenerationRecord record = published(2).of(round);
    assertThat(GenerationRecordCodec.decode(GenerationRecordCodec.encode(record)))
        .isEqualTo(record);
    Generations rejected = of(record, published(2).rejected(List.of("worse"), NOW));
    assertThat(Objects.requireNonNull(rejected.get(2)).round()).isEqualTo(round);
    assertThat(Objects.requireNonNull(rejected.get(2)).state()).isEqualTo(GenerationState.REJECTED);
  }

  @Test
  void vectorsAreUsedWhileAnyLiveGenerationNeedsThem() throws MalformedRecordException {
    GenerationRecord queries =
        GenerationRecord.published(2, "f1", "a model", 1, 1, Map.of(), NOW)
            .complete(new TreeMap<>(), NOW);
    Generations both = of(FIRST, queries.served(NOW), FIRST.retired("old", NOW));
    assertThat(both.areVectorsUsed(1)).isTrue();
    assertThat(both.areVectorsUsed(2)).isFalse();
    Generations replaced = both.with(published(3).served(NOW)).with(queries.retired("old", NOW));
    assertThat(replaced.areVectorsUsed(1)).isFalse();
  }

  @Test
  void whatWasBuiltDoesNotChangeWithLaterRecords() throws MalformedRecordException {
    var builder = new Generations.Builder();
    builder.add(FIRST);
    Generations before = builder.build();
    builder.add(published(2).served(NOW));
    builder.add(FIRST.replaced("r", NOW));
    assertThat(before.all()).containsExactly(FIRST);
    assertThat(before.served()).isEqualTo(FIRST);
    assertThat(builder.build().all()).hasSize(2);
  }

  @Test
  void aRecordThatIsRefusedLeavesTheRestAsItWas() throws MalformedRecordException {
    var builder = new Generations.Builder();
    builder.add(FIRST);
    builder.add(published(2).rejected(List.of("worse"), NOW));
    assertThatExceptionOfType(MalformedRecordException.class)
        .isThrownBy(() -> builder.add(published(2).served(NOW)));
    assertThatExceptionOfType(MalformedRecordException.class)
        .isThrownBy(() -> builder.add(FIRST.retired("old", NOW)));
    assertThat(builder.build().served()).isEqualTo(FIRST);
    assertThat(Objects.requireNonNull(builder.build().get(2)).state())
        .isEqualTo(GenerationState.REJECTED);
  }

  @Test
  void vectorsInUseAreThoseThatLiveGenerationsNeed() throws MalformedRecordException {
    GenerationRecord queries =
        GenerationRecord.published(3, "f1", "a model", 1, 1, Map.of(), NOW)
            .complete(new TreeMap<>(), NOW);
    assertThat(of(FIRST, published(2), queries).vectorsInUse()).containsExactly(1);
    assertThat(of(FIRST, published(2).building(new TreeMap<>(), NOW), queries).vectorsInUse())
        .containsExactly(1, 2);
    assertThat(of(published(2).retired("old", NOW)).vectorsInUse()).isEmpty();
  }
}
