package dev.freshet.pipeline.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.model.encoder.Priority;
import dev.freshet.pipeline.FakeEncoder;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.pipeline.job.SourceRecord;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentIndexerTest {
  private final DocumentIndexer indexer =
      new DocumentIndexer(new FakeEncoder(), 3, () -> Priority.SERVED);

  @Test
  void aDocumentYieldsOnePassageAWindow() throws Exception {
    String json = "{\"text\": \"one two three four\", \"title\": \"T\"}";

    IndexedRecord indexed = index("id", json);

    var upsert = (VectorRecord.Upsert) decode(indexed);
    assertThat(upsert.generation()).isEqualTo(3);
    assertThat(upsert.position()).isEqualTo(new Position(2, 17));
    assertThat(upsert.timestampMillis()).isEqualTo(1234);
    assertThat(new String(upsert.payload(), UTF_8)).isEqualTo(json);
    assertThat(upsert.passages()).hasSize(2);
    assertThat(upsert.passages().get(1).start()).isEqualTo(14);
    assertThat(upsert.passages().get(1).end()).isEqualTo(18);
    assertThat(upsert.passages().get(0).vector()).containsExactly(1, 3);
    assertThat(upsert.passages().get(1).vector()).containsExactly(1, 1);
  }

  @Test
  void aNullValueDeletes() throws Exception {
    IndexedRecord indexed = index("id", null);

    assertThat(decode(indexed))
        .isEqualTo(new VectorRecord.Delete("id", 3, new Position(2, 17), 1234));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id | {'text': | JSON",
        "id | {'text': ' '} | text",
        "id | {'text': 7} | text",
        "id | [] | object",
        "'' | {'text': 'x'} | key"
      })
  void aMalformedRecordIsRejectedAsItCame(String id, String json, String reason) {
    String value = json.replace('\'', '"');

    IndexedRecord indexed = index(id, value);

    assertThat(indexed.rejected()).isTrue();
    assertThat(indexed.rejection()).contains(reason);
    assertThat(new String(Objects.requireNonNull(indexed.value()), UTF_8)).isEqualTo(value);
    assertThat(new String(Objects.requireNonNull(indexed.key()), UTF_8)).isEqualTo(id);
  }

  @Test
  void aTextThatTheModelCannotEncodeIsRejected() {
    assertThat(index("id", "{\"text\": \"poison\"}").rejection())
        .isEqualTo("the vector is not finite");
  }

  @Test
  void aBrokenDeviceIsNotTheRecordsFault() {
    assertThatThrownBy(() -> index("id", "{\"text\": \"broken\"}"))
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("device lost");
  }

  private static VectorRecord decode(IndexedRecord indexed) throws Exception {
    return VectorRecordCodec.decode("id", Objects.requireNonNull(indexed.value()));
  }

  private IndexedRecord index(String id, @Nullable String json) {
    byte[] value = json == null ? null : json.getBytes(UTF_8);
    return indexer.index(new SourceRecord(2, 17, 1234, id.getBytes(UTF_8), value)).join();
  }
}
