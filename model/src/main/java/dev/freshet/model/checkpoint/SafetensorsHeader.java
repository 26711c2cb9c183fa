package dev.freshet.model.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file, checked against the file's length.
 *
 * <p>Layout: 8 bytes little-endian header length n, n bytes of JSON {@code {name: {"dtype",
 * "shape", "data_offsets": [begin, end]}}} with an optional {@code "__metadata__"} of strings, then
 * the data; offsets count from the end of the header. Tensors must lie inside the file and must not
 * overlap, so that no byte is read as two things.
 */
record SafetensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {
  static final int PREFIX_BYTES = 8;

  /** The limit of the reference implementation: keeps a broken length from becoming a huge read. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  static SafetensorsHeader parse(Path file, byte[] header, long fileBytes) {
    JsonNode root;
    try {
      root = JSON.readTree(new String(header, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new InvalidModelException(
          file + ": the safetensors header is not valid JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.isObject()) {
      throw new InvalidModelException(file + ": the safetensors header is not a JSON object");
    }
    long dataStart = PREFIX_BYTES + header.length;
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (entry.getKey().equals("__metadata__")) {
        entry.getValue().properties().forEach(m -> metadata.put(m.getKey(), m.getValue().asText()));
      } else {
        TensorInfo info = tensor(file, entry.getKey(), entry.getValue(), dataStart, fileBytes);
        tensors.put(entry.getKey(), info);
      }
    }
    checkOverlap(file, tensors.values());
    return new SafetensorsHeader(Map.copyOf(tensors), Map.copyOf(metadata));
  }

  private static TensorInfo tensor(
      Path file, String name, JsonNode node, long dataStart, long fileBytes) {
    TensorType type = type(file, name, node.path("dtype").asText(""));
    List<Long> shape = longs(file, name, "shape", node.path("shape"));
    List<Long> offsets = longs(file, name, "data_offsets", node.path("data_offsets"));
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw invalid(file, name, "data_offsets must be [begin, end], were " + offsets);
    }
    long length = offsets.get(1) - offsets.get(0);
    if (offsets.get(1) > fileBytes - dataStart) {
      throw invalid(
          file,
          name,
          "ends at data byte %d but the file holds %d data bytes; is it cut off?"
              .formatted(offsets.get(1), fileBytes - dataStart));
    }
    if (bytes(file, name, type, shape) != length) {
      throw invalid(
          file,
          name,
          "shape %s of %s needs %d bytes, data_offsets give %d"
              .formatted(shape, type, bytes(file, name, type, shape), length));
    }
    return new TensorInfo(name, type, shape, dataStart + offsets.get(0), length);
  }

  private static TensorType type(Path file, String name, String dtype) {
    for (TensorType type : TensorType.values()) {
      if (type.name().equals(dtype)) {
        return type;
      }
    }
    throw invalid(file, name, "dtype '" + dtype + "' is not supported");
  }

  private static List<Long> longs(Path file, String name, String field, JsonNode node) {
    List<Long> values = new ArrayList<>();
    for (JsonNode item : node) {
      if (!item.canConvertToLong() || !item.isIntegralNumber() || item.longValue() < 0) {
        throw invalid(file, name, field + " must hold whole numbers of at least 0, was " + node);
      }
      values.add(item.longValue());
    }
    if (!node.isArray()) {
      throw invalid(file, name, field + " must be an array");
    }
    return values;
  }

  private static long bytes(Path file, String name, TensorType type, List<Long> shape) {
    try {
      long bytes = type.bytes();
      for (long dimension : shape) {
        bytes = Math.multiplyExact(bytes, dimension);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw new InvalidModelException(file + ": tensor " + name + ": shape overflows", e);
    }
  }

  private static void checkOverlap(Path file, Iterable<TensorInfo> tensors) {
    List<TensorInfo> sorted = new ArrayList<>();
    tensors.forEach(sorted::add);
    sorted.sort(Comparator.comparingLong(TensorInfo::position));
    for (int i = 1; i < sorted.size(); i++) {
      TensorInfo before = sorted.get(i - 1);
      if (before.position() + before.bytes() > sorted.get(i).position()) {
        throw invalid(file, sorted.get(i).name(), "overlaps with tensor " + before.name());
      }
    }
  }

  private static InvalidModelException invalid(Path file, String tensor, String problem) {
    return new InvalidModelException(file + ": tensor " + tensor + ": " + problem);
  }
}
