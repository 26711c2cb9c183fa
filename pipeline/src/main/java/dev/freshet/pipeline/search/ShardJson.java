package dev.freshet.pipeline.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.SearchMode;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway and a serve node say to each other, as JSON. Fields that one side does not know
 * yet are passed over, so that nodes can be replaced one after the other. Thread-safe.
 */
public final class ShardJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private ShardJson() {}

  private record Query(
      String query,
      SearchMode mode,
      int depth,
      int shown,
      @Nullable JsonNode filter,
      int generation,
      @Nullable Double recall) {}

  /** Documents that are asked about. */
  public record Versions(int generation, List<DocumentVersion> documents) {
    public Versions {
      documents = List.copyOf(documents);
    }
  }

  /** Those that are known newer. */
  public record Superseded(List<String> ids) {
    public Superseded {
      ids = List.copyOf(ids);
    }
  }

  private record OneDocument(
      @Nullable DocumentVersion version, @Nullable Map<String, Object> document) {}

  /** Any of the records that have no codec of their own. */
  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a message of a shard cannot be written", e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException when it is something else
   */
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      T value = MAPPER.readValue(json, type);
      if (value == null) {
        throw new IllegalArgumentException("no message of a shard: null");
      }
      return value;
    } catch (IOException e) {
      throw new IllegalArgumentException("no message of a shard: " + e.getMessage(), e);
    }
  }

  public static byte[] writeQuery(ShardQuery query) {
    Filter filter = query.filter();
    ObjectNode written = filter == null ? null : FilterWriter.write(filter);
    return write(
        new Query(
            query.query(),
            query.mode(),
            query.depth(),
            query.shown(),
            written,
            query.generation(),
            query.recall()));
  }

  /**
   * Reads a query.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ShardQuery readQuery(byte[] json) {
    Query query = read(json, Query.class);
    if (query.query() == null || query.mode() == null || query.depth() < 1) {
      throw new IllegalArgumentException("a query of a shard needs query, mode and depth");
    }
    JsonNode filter = query.filter();
    return new ShardQuery(
        query.query(),
        query.mode(),
        query.depth(),
        query.shown(),
        filter == null || filter.isNull() ? null : FilterParser.parseWritten(filter),
        query.generation(),
        query.recall());
  }

  public static byte[] writeDocument(ShardDocument known) {
    Document document = known.document();
    return write(
        new OneDocument(known.version(), document == null ? null : documentFields(document)));
  }

  /** A document's fields as the routes show them. */
  public static Map<String, Object> documentFields(Document document) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", document.id());
    fields.put("title", document.title());
    fields.put("text", document.text());
    fields.put("attributes", document.attributes());
    if (document.timestamp() != null) {
      fields.put("timestamp", document.timestamp().toString());
    }
    return fields;
  }

  /**
   * Reads what is known of a document.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ShardDocument readDocument(byte[] json) {
    OneDocument one = read(json, OneDocument.class);
    Map<String, Object> fields = one.document();
    return new ShardDocument(one.version(), fields == null ? null : document(fields));
  }

  @SuppressWarnings("unchecked") // a JSON object is a map by names
  private static Document document(Map<String, Object> fields) {
    Object timestamp = fields.get("timestamp");
    Object attributes = fields.get("attributes");
    return new Document(
        text(fields, "id"),
        text(fields, "title"),
        text(fields, "text"),
        attributes instanceof Map ? (Map<String, Object>) attributes : Map.of(),
        timestamp == null ? null : Instant.parse(timestamp.toString()));
  }

  private static String text(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("a document of a shard needs " + name);
  }
}
