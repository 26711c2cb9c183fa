package dev.freshet.pipeline.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  @Test
  void findsRoomHoweverMuchIsWrong() {
    var record =
        DeadLetter.record(
            "dead-letters",
            null,
            new byte[2 * DeadLetter.MAX_RECORD_BYTES],
            "wrong; ".repeat(2_000_000),
            "documents",
            new Position(1, 2),
            Instant.EPOCH);
    int bytes = record.value().length;
    for (var header : record.headers()) {
      bytes += header.value().length;
    }
    assertThat(bytes).isLessThan(DeadLetter.MAX_RECORD_BYTES - 1_024);
    assertThat(record.headers().lastHeader("reason").value())
        .startsWith("wrong; ".getBytes(UTF_8))
        .endsWith("…".getBytes(UTF_8));
  }
}
