package dev.freshet.pipeline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Documents of one passage in two dimensions. A payload is {@code version|text}; the version is an
 * attribute.
 */
final class Corpus {
  static final int GENERATION = 3;
  static final int DIMENSIONS = 2;

  private Corpus() {}

  static VectorRecord.Upsert upsert(String id, long version, float x, float y) {
    return upsert(id, version, "text of " + id, List.of(passage(0, 4, x, y)));
  }

  static VectorRecord.Upsert upsert(
      String id, long version, String text, List<PassageVector> passages) {
    byte[] payload = (version + "|" + text).getBytes(StandardCharsets.UTF_8);
    return new VectorRecord.Upsert(
        id, GENERATION, new Position(0, version), version, payload, passages);
  }

  static PassageVector passage(int start, int end, float x, float y) {
    return new PassageVector(start, end, new float[] {x, y});
  }

  static VectorRecord.Delete delete(String id, long version) {
    return new VectorRecord.Delete(id, GENERATION, new Position(0, version), version);
  }

  static Document decode(String id, byte[] value) throws MalformedRecordException {
    String payload = new String(value, StandardCharsets.UTF_8);
    int bar = payload.indexOf('|');
    if (bar < 0) {
      throw new MalformedRecordException("no bar in " + payload);
    }
    long version = Long.parseLong(payload.substring(0, bar));
    return new Document(
        id, "title of " + id, payload.substring(bar + 1), Map.of("version", version), null);
  }

  /** That a store holds these vectors, of components below 6: it rounds to 16 bits. */
  static void assertKept(float @Nullable [][] stored, float[][] written) {
    assertThat(stored).hasNumberOfRows(written.length);
    for (int i = 0; i < written.length; i++) {
      assertThat(Objects.requireNonNull(stored)[i]).containsExactly(written[i], within(1e-4f));
    }
  }
}
