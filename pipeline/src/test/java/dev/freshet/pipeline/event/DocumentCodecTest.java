package dev.freshet.pipeline.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentCodecTest {

  @Test
  void readsEveryField() throws MalformedRecordException {
    Document document =
        decode(
            """
            {"title": "Ä", "text": "über", "timestamp": "2026-01-31T12:00:00+02:00",
             "attributes": {"s": "x", "i": 7, "d": 1.5, "b": true, "big": 123456789012345678901},
             "later": {"unknown": [1]}}
            """);
    assertThat(document)
        .isEqualTo(
            new Document(
                "a",
                "Ä",
                "über",
                Map.of(
                    "s",
                    "x",
                    "i",
                    7,
                    "d",
                    1.5,
                    "b",
                    true,
                    "big",
                    new BigInteger("123456789012345678901")),
                Instant.parse("2026-01-31T10:00:00Z")));
  }

  @Test
  void nullFieldsAreAbsent() throws MalformedRecordException {
    assertThat(decode("{\"text\":\"t\",\"title\":null,\"attributes\":null,\"timestamp\":null}"))
        .isEqualTo(new Document("a", "", "t", Map.of(), null));
  }

  @Test
  void whatIsWrittenReadsBackEqual() throws MalformedRecordException {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      Document document =
          new Document(
              "id-" + i,
              random.nextBoolean() ? "" : text(random),
              "t" + text(random),
              Map.of("s", text(random), "l", random.nextLong(), "d", random.nextGaussian()),
              random.nextBoolean() ? null : Instant.ofEpochMilli(random.nextInt()));
      assertThat(DocumentCodec.decode(document.id(), DocumentCodec.encode(document)))
          .isEqualTo(document);
    }
  }

  private static String text(Random random) {
    return random
        .ints(20, 1, 0x1_0000)
        .filter(c -> !Character.isSurrogate((char) c))
        .mapToObj(Character::toString)
        .collect(Collectors.joining("😀"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | text is missing",
        "{\"text\":null} | text is missing",
        "{\"text\":\" \\n\"} | text must not be blank",
        "{\"text\":7} | text must be a string, was a number",
        "{\"text\":\"\\ud83d\"} | text holds half a character at index 0",
        "{\"text\":\"t\",\"title\":[]} | title must be a string, was a list",
        "{\"text\":\"t\",\"attributes\":[]} | attributes must be an object, was a list",
        "{\"text\":\"t\",\"attributes\":{\"a\":{\"b\":1}}} | attributes.a must be a string, a"
            + " number or a boolean, was an object",
        "{\"text\":\"t\",\"attributes\":{\"a\":null}} | attributes.a must be a string, a number or"
            + " a boolean, was null",
        "{\"text\":\"t\",\"attributes\":{\"a\":1e999}} | attributes.a must be a number that a"
            + " double can hold",
        "{\"text\":\"t\",\"attributes\":{\"\":1}} | an attribute's name must be 1 to 128",
        "{\"text\":\"t\",\"timestamp\":\"yesterday\"} | timestamp must be an ISO-8601 time with a"
            + " zone, such as 2026-01-31T12:00:00Z, was 'yesterday'",
        "{\"text\":\"t\",\"timestamp\":5} | timestamp must be a string, was a number",
        "{\"text\":\"t\",\"timestamp\":\"+10000-01-01T00:00:00Z\"} | timestamp must be",
        "{\"text\":\"t\",\"timestamp\":\"+999999999-12-31T23:59:59-18:00\"} | timestamp must be",
        "{\"text\":\"t\",\"timestamp\":\"-999999999-01-01T00:00:00+18:00\"} | timestamp must be",
        "{\"text\":\"t\",\"text\":\"u\"} | Duplicate field 'text'",
        "{\"text\":\"t\"} {} | must be one JSON value, but more follows at column 14",
        "[] | a document must be a JSON object, was a list",
        "\"t\" | a document must be a JSON object, was a string",
        "{\"text\": NaN} | must be JSON, is broken at column",
        "{\"text\": | must be JSON, is broken at column",
        "'' | must be JSON, was empty",
        "{\"title\":1} | title must be a string, was a number; text is missing",
      })
  void refusesWithTheReason(String json, String reason) {
    assertThatThrownBy(() -> decode(json))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesWhatIsNotUtf8() {
    byte[] value = "{\"text\":\"abX\"}".getBytes(StandardCharsets.UTF_8);
    value[11] = (byte) 0xC3;
    assertThatThrownBy(() -> DocumentCodec.decode("a", value))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage("must be UTF-8, is not at byte 11");
  }

  @Test
  void holdsTheLimits() throws MalformedRecordException {
    assertThat(decode(withTitle(10_000)).title()).hasSize(10_000);
    refused(withTitle(10_001), "title must be at most 10000 characters, was 10001");
    assertThat(decode(withAttributes(64)).attributes()).hasSize(64);
    refused(withAttributes(65), "attributes must be at most 64, were 65");
    refused(
        "{\"text\":\"t\",\"attributes\":{\"k\":\"%s\"}}".formatted("v".repeat(4_097)),
        "attributes.k must be at most 4096 characters, was 4097");
    refused(
        "{\"text\":\"t\",\"attributes\":{\"%s\":1}}".formatted("k".repeat(129)),
        "an attribute's name must be 1 to 128 whole characters, was 'kkk");
    String longest = "{\"text\":\"" + "t".repeat(900_000 - 11) + "\"}";
    assertThat(decode(longest).text()).hasSize(900_000 - 11);
    refused(longest + " ", "a document must be at most 900000 bytes, was 900001");
  }

  @Test
  void countsTheBytesThatWillBeWritten() {
    List<FieldError> errors = new ArrayList<>();
    Document document =
        DocumentCodec.check(
            new ObjectMapper().createObjectNode().put("text", "€".repeat(300_000)), "a", errors);
    assertThat(document).isNull();
    assertThat(errors)
        .containsExactly(new FieldError("", "a document must be at most 900000 bytes, was 900011"));
  }

  @Test
  void idsAreShortAndPrintable() throws MalformedRecordException {
    assertThat(DocumentCodec.requireId("https://example.org/a?b=c#d")).isNotEmpty();
    assertThat(DocumentCodec.requireId("€".repeat(170))).hasSize(170);
    idRefused("", "id must not be empty");
    idRefused("€".repeat(171), "id must be at most 512 bytes of UTF-8, was 513");
    idRefused("a\nb", "id must not hold control characters, has U+000A at index 1");
    idRefused("a\ud800", "id holds half a character at index 1");
  }

  private static void idRefused(String id, String reason) {
    assertThatThrownBy(() -> DocumentCodec.requireId(id))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage(reason);
  }

  private static String withTitle(int characters) {
    return "{\"text\":\"t\",\"title\":\"" + "x".repeat(characters) + "\"}";
  }

  private static String withAttributes(int count) {
    return "{\"text\":\"t\",\"attributes\":{"
        + IntStream.range(0, count)
            .mapToObj(i -> "\"k" + i + "\":1")
            .collect(Collectors.joining(","))
        + "}}";
  }

  private static void refused(String json, String reason) {
    assertThatThrownBy(() -> decode(json)).hasMessageStartingWith(reason);
  }

  private static Document decode(String json) throws MalformedRecordException {
    return DocumentCodec.decode("a", json.getBytes(StandardCharsets.UTF_8));
  }
}
