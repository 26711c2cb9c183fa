package dev.freshet.pipeline.search;

import static dev.freshet.pipeline.search.Corpus.DIMENSIONS;
import static dev.freshet.pipeline.search.Corpus.GENERATION;
import static dev.freshet.pipeline.search.Corpus.delete;
import static dev.freshet.pipeline.search.Corpus.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final DocumentTable table = new DocumentTable();

  /** Of the documents that are decoded, by id. */
  private final Map<String, Map<String, Object>> attributes = new HashMap<>();

  private final Admission admission =
      new Admission(
          GENERATION,
          DIMENSIONS,
          (id, payload) ->
              new Document(id, "", "text", attributes.getOrDefault(id, Map.of()), null),
          table);

  private void here(String id, long offset, Map<String, Object> known) {
    table.put(new DocumentTable.Entry(id, new Position(0, offset), offset, known, 1, 1));
  }

  private int growing(VectorRecord... batch) {
    return admission.usable(List.of(batch), (record, reason) -> {}).growing();
  }

  @Test
  void aVersionWithMoreAttributesGrows() {
    here("a", 1, Map.of("author", "x"));
    attributes.put("a", Map.of("author", "y"));
    assertThat(growing(upsert("a", 2, 1, 0))).isZero();
    attributes.put("a", Map.of("author", "x".repeat(100)));
    assertThat(growing(upsert("a", 2, 1, 0))).isEqualTo(1);
    assertThat(admission.withoutGrowth(List.of(upsert("a", 2, 1, 0)))).isEmpty();
    attributes.put("a", Map.of("author", "y", "year", 2026));
    assertThat(growing(upsert("a", 2, 1, 0))).isEqualTo(1);
    attributes.put("a", Map.of());
    assertThat(growing(upsert("a", 2, 1, 0))).isZero();
  }

  @Test
  void deletesAndWhatIsStaleTakeNothing() {
    here("a", 5, Map.of());
    attributes.put("a", Map.of("author", "x"));
    VectorRecord stale = upsert("a", 4, 1, 0);
    VectorRecord gone = delete("a", 6);
    VectorRecord unknown = delete("b", 7);
    assertThat(growing(stale, gone, unknown)).isZero();
    assertThat(growing(upsert("b", 8, 1, 0), upsert("a", 9, 1, 0))).isEqualTo(2);
    assertThat(admission.withoutGrowth(List.of(stale, gone, unknown, upsert("b", 8, 1, 0))))
        .containsExactly(gone);
  }

  @Test
  void aRejectionIsHandedOnOnceUntilTheBatchIsTaken() {
    VectorRecord foreign = new VectorRecord.Delete("a", GENERATION + 1, new Position(0, 1), 1);
    List<VectorRecord> batch = List.of(foreign);
    List<VectorRecord> handedOn = new ArrayList<>();
    assertThat(admission.withoutGrowth(batch)).isEmpty();
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThat(admission.usable(batch, (record, reason) -> handedOn.add(record)).records())
          .isEmpty();
      assertThat(handedOn).containsExactly(foreign);
    }
    admission.taken(batch);
    admission.usable(batch, (record, reason) -> handedOn.add(record));
    assertThat(handedOn).hasSize(2);
  }
}
