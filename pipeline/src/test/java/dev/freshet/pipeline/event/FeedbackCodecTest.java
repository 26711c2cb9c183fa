package dev.freshet.pipeline.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedbackCodecTest {
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00.123Z");

  @Test
  void clicksTravel() throws MalformedRecordException {
    Click full = new Click("q-1", "c", "click", "https://x/ä", 3, TIME);
    Click least = new Click("q-1", null, "click", "a", null, null);
    assertThat(ClickCodec.decode(ClickCodec.encode(full))).isEqualTo(full);
    assertThat(ClickCodec.decode(ClickCodec.encode(least))).isEqualTo(least);
    assertThat(new String(ClickCodec.encode(full), UTF_8))
        .isEqualTo(
            "{\"query_id\":\"q-1\",\"client_id\":\"c\",\"action_name\":\"click\","
                + "\"object_id\":\"https://x/ä\",\"position\":3,"
                + "\"timestamp\":\"2026-01-31T12:00:00.123Z\"}");
    assertThat(new String(ClickCodec.encode(least), UTF_8))
        .isEqualTo("{\"query_id\":\"q-1\",\"action_name\":\"click\",\"object_id\":\"a\"}");
    assertThat(ClickCodec.key("q-ä")).isEqualTo("q-ä".getBytes(UTF_8));
  }

  @Test
  void aClickIsRefusedWithEverythingThatIsWrong() {
    assertThatExceptionOfType(MalformedRecordException.class)
        .isThrownBy(() -> ClickCodec.decode("{\"position\": -1}".getBytes(UTF_8)))
        .withMessage(
            "query_id is missing; action_name is missing; object_id is missing; position must be"
                + " from 1 to 1000000, was -1");
  }

  @Test
  void impressionsTravel() throws MalformedRecordException {
    Impression impression =
        new Impression(
            "q-1",
            "how do glaciers move",
            7,
            SearchMode.LEXICAL,
            0.25,
            List.of(
                new Impression.Slot("b", 2, 0.125),
                new Impression.Slot("a", 1, 0.125),
                new Impression.Slot("c", 3, 1)),
            null,
            TIME);
    assertThat(ImpressionCodec.decode(ImpressionCodec.encode(impression))).isEqualTo(impression);
    assertThat(new String(ImpressionCodec.encode(impression), UTF_8))
        .isEqualTo(
            "{\"query_id\":\"q-1\",\"query\":\"how do glaciers move\",\"generation\":7,"
                + "\"mode\":\"lexical\",\"explore\":0.25,\"slots\":["
                + "{\"object_id\":\"b\",\"rank\":2,\"probability\":0.125},"
                + "{\"object_id\":\"a\",\"rank\":1,\"probability\":0.125},"
                + "{\"object_id\":\"c\",\"rank\":3,\"probability\":1.0}],"
                + "\"timestamp\":\"2026-01-31T12:00:00.123Z\"}");
    assertThat(impression.isExplored(1)).isTrue();
    assertThat(impression.isExplored(3)).isFalse();
    Impression known = new Impression("q", "x", 1, SearchMode.HYBRID, 0, List.of(), "client", TIME);
    assertThat(ImpressionCodec.decode(ImpressionCodec.encode(known))).isEqualTo(known);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"mode\":\"dense\" | \"mode\":\"sparse\" | mode must be dense, lexical, hybrid, was \"sparse\"",
        "\"explore\":0.5 | \"explore\":1.5 | explore must be a number from 0 to 1, was 1.5",
        "\"rank\":1 | \"rank\":0 | slots.0.rank must be from 1 to 2147483647, was 0",
        "\"probability\":1.0 | \"probability\":\"1\" | slots.0.probability must be a number from 0 to 1, was a string",
        "\"timestamp\":\"2026-01-31T12:00:00.123Z\" | \"time\":0 | timestamp is missing",
        "\"query\":\"x\" | \"query\":\"\" | query must not be blank",
        "\"generation\":1 | \"generation\":\"1\" | generation must be a whole number, was a string",
      })
  void anImpressionIsRefusedWithTheField(String good, String bad, String reason) {
    Impression impression =
        new Impression(
            "q",
            "x",
            1,
            SearchMode.DENSE,
            0.5,
            List.of(new Impression.Slot("a", 1, 1)),
            null,
            TIME);
    String broken = new String(ImpressionCodec.encode(impression), UTF_8).replace(good, bad);
    assertThatExceptionOfType(MalformedRecordException.class)
        .isThrownBy(() -> ImpressionCodec.decode(broken.getBytes(UTF_8)))
        .withMessage(reason);
  }
}
