package dev.freshet.pipeline.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * JSON without guesses: strict UTF-8, no duplicate keys, nothing after the value. What two readers
 * would understand differently is refused. Thread-safe.
 */
public final class StrictJson {
  /**
   * Names, values and brackets; a full request of events has three quarters of them. Each takes up
   * to a hundred bytes of heap, however few it has in the text: what is short enough must not take
   * all there is.
   */
  static final int MAX_TOKENS = 4_000_000;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MAX_TOKENS).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private StrictJson() {}

  /**
   * The one value in the bytes.
   *
   * @throws MalformedRecordException when the bytes are not UTF-8, or not exactly one JSON value
   */
  public static JsonNode parse(byte[] utf8) throws MalformedRecordException {
    String text = decode(utf8);
    try (JsonParser parser = MAPPER.createParser(text)) {
      JsonNode node = MAPPER.readTree(parser);
      if (node == null || node.isMissingNode()) {
        throw new MalformedRecordException("must be JSON, was empty");
      }
      if (parser.nextToken() != null) {
        throw new MalformedRecordException(
            "must be one JSON value, but more follows at column "
                + parser.currentTokenLocation().getColumnNr());
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new MalformedRecordException("must be JSON" + where(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }

  private static String where(JsonProcessingException e) {
    // Of a limit that is passed there is none.
    JsonLocation at = e.getLocation();
    String place =
        at == null
            ? ""
            : (at.getLineNr() > 1
                    ? ", is broken at line " + at.getLineNr() + ","
                    : ", is broken at")
                + " column "
                + at.getColumnNr();
    String reason = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
    // Less where in Jackson a limit stands.
    return place + ": " + reason.replaceAll(", from `[^`]*`", "");
  }

  /**
   * The text in the bytes.
   *
   * @throws MalformedRecordException when they are not UTF-8; names the position of the first wrong
   *     byte
   */
  public static String decode(byte[] utf8) throws MalformedRecordException {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(utf8);
    // UTF-8 never has fewer bytes than UTF-16 has units.
    CharBuffer out = CharBuffer.allocate(utf8.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw new MalformedRecordException("must be UTF-8, is not at byte " + in.position());
    }
    return out.flip().toString();
  }

  /** The kind of a value, for messages. */
  public static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      default -> "nothing";
    };
  }

  /**
   * Where a text holds half of a surrogate pair, which JSON can escape and UTF-8 cannot carry; -1
   * where it does not.
   */
  public static int indexOfLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }
}
