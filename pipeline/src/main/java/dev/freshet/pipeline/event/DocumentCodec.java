package dev.freshet.pipeline.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of {@code documents}: the key is the document's id in UTF-8, the value is JSON.
 *
 * <pre>{"title"?: str, "text": str, "attributes"?: {str: str|number|bool}, "timestamp"?: ISO-8601}
 * </pre>
 *
 * <p>A field that is null counts as absent. A field that is not known here is ignored, so that
 * producers may be newer than their readers. Thread-safe.
 */
public final class DocumentCodec {
  /** Longest id, bytes of UTF-8. */
  public static final int MAX_ID_BYTES = 512;

  /** Longest title, UTF-16 units. */
  public static final int MAX_TITLE_CHARACTERS = 10_000;

  /** Largest value, bytes: what a broker takes by default, less its own overhead. */
  public static final int MAX_VALUE_BYTES = 900_000;

  /**
   * Longest line of JSON that a client may send a document in, bytes. It may write every character
   * as an escape of six, id and all; whether the document itself is too large is checked once it is
   * read.
   */
  public static final int MAX_LINE_BYTES = 6 * (MAX_VALUE_BYTES + MAX_ID_BYTES);

  /** Most attributes of one document. */
  public static final int MAX_ATTRIBUTES = 64;

  /** Longest name of an attribute, UTF-16 units. */
  public static final int MAX_ATTRIBUTE_NAME_CHARACTERS = 128;

  /** Longest text in an attribute, UTF-16 units. */
  public static final int MAX_ATTRIBUTE_VALUE_CHARACTERS = 4_096;

  private static final JsonFactory JSON = new JsonFactory();

  private DocumentCodec() {}

  /**
   * The document in a record.
   *
   * @param id the record's key
   * @param value the record's value
   * @throws MalformedRecordException with everything that is wrong with it
   */
  public static Document decode(String id, byte[] value) throws MalformedRecordException {
    requireId(id);
    if (value.length > MAX_VALUE_BYTES) {
      throw new MalformedRecordException(
          "a document must be at most %d bytes, was %d".formatted(MAX_VALUE_BYTES, value.length));
    }
    return fromJson(StrictJson.parse(value), id);
  }

  /**
   * The document in a JSON object.
   *
   * @throws MalformedRecordException with everything that is wrong with it
   */
  public static Document fromJson(JsonNode object, String id) throws MalformedRecordException {
    List<FieldError> errors = new ArrayList<>();
    Document document = check(object, id, errors);
    if (document == null) {
      throw new MalformedRecordException(
          String.join("; ", errors.stream().map(FieldError::reason).toList()));
    }
    return document;
  }

  /**
   * Like {@link #fromJson}, for callers that report field by field.
   *
   * @param errors receives everything that is wrong
   * @return the document, or null when anything is wrong
   */
  public static @Nullable Document check(JsonNode object, String id, List<FieldError> errors) {
    return new DocumentReader(errors).read(object, id);
  }

  /**
   * The id, when it can be one: 1 to {@value #MAX_ID_BYTES} bytes of UTF-8, no control characters.
   *
   * @throws MalformedRecordException when it cannot
   */
  public static String requireId(String id) throws MalformedRecordException {
    if (id.isEmpty()) {
      throw new MalformedRecordException("id must not be empty");
    }
    int control = indexOfControl(id);
    if (control >= 0) {
      throw new MalformedRecordException(
          "id must not hold control characters, has U+%04X at index %d"
              .formatted((int) id.charAt(control), control));
    }
    int lone = StrictJson.indexOfLoneSurrogate(id);
    if (lone >= 0) {
      throw new MalformedRecordException("id holds half a character at index " + lone);
    }
    int bytes = encodeKey(id).length;
    if (bytes > MAX_ID_BYTES) {
      throw new MalformedRecordException(
          "id must be at most %d bytes of UTF-8, was %d".formatted(MAX_ID_BYTES, bytes));
    }
    return id;
  }

  private static int indexOfControl(String id) {
    for (int i = 0; i < id.length(); i++) {
      if (Character.isISOControl(id.charAt(i))) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The id in a record's key.
   *
   * @throws MalformedRecordException when there is no key, or when it cannot be an id
   */
  public static String decodeKey(byte @Nullable [] key) throws MalformedRecordException {
    if (key == null) {
      throw new MalformedRecordException("key is missing: it is the document's id");
    }
    try {
      return requireId(StrictJson.decode(key));
    } catch (MalformedRecordException e) {
      throw new MalformedRecordException("key: " + e.getMessage(), e);
    }
  }

  /** The record's key. */
  public static byte[] encodeKey(String id) {
    return id.getBytes(StandardCharsets.UTF_8);
  }

  /** The record's value; {@link #decode} gives an equal document. Equal documents, equal bytes. */
  public static byte[] encode(Document document) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(document.text().length() + 256);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      if (!document.title().isEmpty()) {
        json.writeStringField("title", document.title());
      }
      json.writeStringField("text", document.text());
      if (!document.attributes().isEmpty()) {
        json.writeObjectFieldStart("attributes");
        for (Map.Entry<String, Object> attribute :
            new TreeMap<>(document.attributes()).entrySet()) {
          json.writeFieldName(attribute.getKey());
          writeValue(json, attribute.getValue());
        }
        json.writeEndObject();
      }
      if (document.timestamp() != null) {
        json.writeStringField("timestamp", document.timestamp().toString());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("document " + document.id() + " cannot be written", e);
    }
    return out.toByteArray();
  }

  private static void writeValue(JsonGenerator json, Object value) throws IOException {
    if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Integer || value instanceof Long || value instanceof Short) {
      json.writeNumber(((Number) value).longValue());
    } else if (value instanceof BigInteger whole) {
      json.writeNumber(whole);
    } else if (value instanceof BigDecimal exact) {
      json.writeNumber(exact);
    } else if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      json.writeNumber(number.doubleValue());
    } else {
      throw new IllegalArgumentException(
          "an attribute must be a string, a finite number or a boolean, was " + value);
    }
  }
}
