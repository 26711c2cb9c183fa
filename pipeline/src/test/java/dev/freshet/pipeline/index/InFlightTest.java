package dev.freshet.pipeline.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.job.SourceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InFlightTest {
  private final InFlight inFlight = new InFlight();
  private final List<String> emitted = new ArrayList<>();

  @Test
  void aDocumentWaitsForNoOtherAndAVersionForTheOneBefore() {
    InFlight.Entry a1 = inFlight.add(source(0, 1, "a"));
    InFlight.Entry b2 = inFlight.add(source(0, 2, "b"));
    InFlight.Entry a3 = inFlight.add(source(0, 3, "a"));

    done(a3, 0, 3);
    assertThat(emitted).isEmpty();
    done(b2, 0, 2);
    assertThat(emitted).containsExactly("0@2");
    assertThat(inFlight.settled(0)).isEqualTo(1);
    done(a1, 0, 1);
    assertThat(emitted).containsExactly("0@2", "0@1", "0@3");
    assertThat(inFlight.settled(0)).isEqualTo(4);
    assertThat(inFlight.isEmpty()).isTrue();
  }

  @Test
  void partitionsSettleByThemselvesWhateverGapsTheirOffsetsHave() {
    InFlight.Entry first = inFlight.add(source(0, 10, "a"));
    InFlight.Entry second = inFlight.add(source(0, 40, null));
    InFlight.Entry other = inFlight.add(source(1, 7, "a2"));

    assertThat(inFlight.settled(0)).isEqualTo(10);
    assertThat(inFlight.settled(9)).isZero();
    done(second, 0, 40);
    done(other, 1, 7);
    assertThat(inFlight.settled(0)).isEqualTo(10);
    assertThat(inFlight.settled(1)).isEqualTo(8);
    done(first, 0, 10);
    assertThat(inFlight.settled(0)).isEqualTo(41);
  }

  @Test
  void afterARestartItKnowsHowFarPartitionsWereRead() {
    InFlight.Entry before = inFlight.add(source(0, 5, "a"));
    InFlight.Entry overtaking = inFlight.add(source(0, 6, "b"));
    done(overtaking, 0, 6);
    done(inFlight.add(source(1, 2, "c")), 1, 2);

    var restarted = new InFlight();
    inFlight.ends().forEach(restarted::resume);
    InFlight.Entry again = restarted.add(source(0, 5, "a"));
    assertThat(restarted.settled())
        .containsExactlyInAnyOrder(new Position(0, 5), new Position(1, 3));
    restarted.done(again, outcome(source(0, 5, "a")), outcome -> {});
    done(before, 0, 5);
    assertThat(restarted.settled())
        .containsExactlyInAnyOrder(new Position(0, 7), new Position(1, 3))
        .containsExactlyInAnyOrderElementsOf(inFlight.settled());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverIsDoneWhenTheOrderOfEachDocumentHolds(long seed) {
    var random = new Random(seed);
    Map<InFlight.Entry, SourceRecord> waiting = new LinkedHashMap<>();
    Map<String, Long> lastOfDocument = new HashMap<>();
    Map<Integer, Long> next = new HashMap<>();
    int added = 0;
    int left = 0;
    while (added < 2000 || !waiting.isEmpty()) {
      if (added < 2000 && (waiting.isEmpty() || random.nextInt(3) > 0 && waiting.size() < 50)) {
        int partition = random.nextInt(3);
        long offset = next.merge(partition, 1L + random.nextInt(3), Long::sum);
        // A document belongs to one partition.
        String id = partition + "-" + random.nextInt(5);
        SourceRecord source = source(partition, offset, id);
        waiting.put(inFlight.add(source), source);
        added++;
      } else {
        List<InFlight.Entry> entries = List.copyOf(waiting.keySet());
        InFlight.Entry entry = entries.get(random.nextInt(entries.size()));
        SourceRecord source = Objects.requireNonNull(waiting.remove(entry));
        var leaving = new ArrayList<IndexedRecord>();
        inFlight.done(entry, outcome(source), leaving::add);
        left += leaving.size();
        for (IndexedRecord outcome : leaving) {
          String id = new String(Objects.requireNonNull(outcome.key()), UTF_8);
          assertThat(outcome.offset()).isGreaterThan(lastOfDocument.getOrDefault(id, 0L));
          lastOfDocument.put(id, outcome.offset());
        }
      }
      assertThat(inFlight.size()).isEqualTo(added - left);
      for (int partition = 0; partition < 3; partition++) {
        assertThat(inFlight.settled(partition)).isEqualTo(expectedSettled(partition, next));
      }
    }
    assertThat(left).isEqualTo(2000);
  }

  /** The least offset of what is still here: computed anew from the records. */
  private long expectedSettled(int partition, Map<Integer, Long> newest) {
    long afterLast = newest.containsKey(partition) ? newest.get(partition) + 1 : 0;
    return inFlight.records().stream()
        .filter(source -> source.partition() == partition)
        .mapToLong(SourceRecord::offset)
        .min()
        .orElse(afterLast);
  }

  private void done(InFlight.Entry entry, int partition, long offset) {
    inFlight.done(
        entry,
        outcome(source(partition, offset, "x")),
        outcome -> emitted.add(outcome.partition() + "@" + outcome.offset()));
  }

  private static SourceRecord source(int partition, long offset, @Nullable String id) {
    return new SourceRecord(partition, offset, 0, id == null ? null : id.getBytes(UTF_8), null);
  }

  private static IndexedRecord outcome(SourceRecord source) {
    return new IndexedRecord(
        source.partition(), source.offset(), 0, source.key(), source.value(), null);
  }
}
