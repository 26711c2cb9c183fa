package dev.freshet.model.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@link ModuleManifest} as JSON, version 1:
 *
 * <pre>
 * {"format": 1, "generation": 4, "method": {...}, "sides": "shared", "backbone": "sha256",
 *  "parent": 3, "window": {"from", "to", "examples"}, "metrics": {"name": 0.5},
 *  "gate": {"accepted", "reasons": []}, "created", "parameters": 1, "tensors": "sha256"}
 * </pre>
 *
 * <p>Times are ISO 8601 in UTC; {@code parent}, {@code window} and {@code gate} may be absent.
 */
final class ModuleManifestFormat {
  private static final int FORMAT = 1;
  private static final Set<String> KEYS =
      Set.of(
          "format",
          "generation",
          "method",
          "sides",
          "backbone",
          "parent",
          "window",
          "metrics",
          "gate",
          "created",
          "parameters",
          "tensors");
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT);

  private ModuleManifestFormat() {}

  static byte[] encode(ModuleManifest manifest) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    root.put("generation", manifest.generation());
    root.set("method", manifest.method());
    root.put("sides", manifest.sides().label());
    root.put("backbone", manifest.backbone());
    if (manifest.parent() != null) {
      root.put("parent", manifest.parent());
    }
    if (manifest.window() != null) {
      root.putObject("window")
          .put("from", manifest.window().from().toString())
          .put("to", manifest.window().to().toString())
          .put("examples", manifest.window().examples());
    }
    ObjectNode metrics = root.putObject("metrics");
    new TreeMap<>(manifest.metrics()).forEach(metrics::put);
    if (manifest.gate() != null) {
      ObjectNode gate = root.putObject("gate").put("accepted", manifest.gate().accepted());
      manifest.gate().reasons().forEach(gate.putArray("reasons")::add);
    }
    root.put("created", manifest.created().toString());
    root.put("parameters", manifest.parameters());
    root.put("tensors", manifest.tensors());
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always written", e);
    }
  }

  /**
   * Reads a manifest.
   *
   * @param name what messages call it
   * @throws InvalidModelException when it is no manifest of this version
   */
  static ModuleManifest decode(String name, String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new InvalidModelException(name + " is not valid JSON: " + e.getOriginalMessage(), e);
    }
    var reader = new Reader(name, root);
    JsonNode format = reader.required("format");
    if (format.asInt() != FORMAT) {
      throw reader.invalid("format is %s, this build reads %d".formatted(format, FORMAT));
    }
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (!KEYS.contains(entry.getKey())) {
        throw reader.invalid("unknown key '" + entry.getKey() + "'");
      }
    }
    try {
      return new ModuleManifest(
          Math.toIntExact(reader.number("generation")),
          reader.required("method"),
          sides(reader),
          reader.text("backbone"),
          root.hasNonNull("parent") ? (Integer) (int) reader.number("parent") : null,
          window(reader.child("window")),
          metrics(reader),
          gate(reader.child("gate")),
          Instant.parse(reader.text("created")),
          reader.number("parameters"),
          reader.text("tensors"));
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      throw new InvalidModelException(name + ": " + e.getMessage(), e);
    }
  }

  private static ModuleSides sides(Reader reader) {
    String label = reader.text("sides");
    for (ModuleSides sides : ModuleSides.values()) {
      if (sides.label().equals(label)) {
        return sides;
      }
    }
    String known =
        Arrays.stream(ModuleSides.values())
            .map(ModuleSides::label)
            .collect(Collectors.joining(", "));
    throw reader.invalid("'sides' must be one of %s, was '%s'".formatted(known, label));
  }

  private static ModuleManifest.@Nullable DataWindow window(@Nullable Reader window) {
    return window == null
        ? null
        : new ModuleManifest.DataWindow(
            Instant.parse(window.text("from")),
            Instant.parse(window.text("to")),
            window.number("examples"));
  }

  private static Map<String, Double> metrics(Reader reader) {
    Map<String, Double> metrics = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : reader.required("metrics").properties()) {
      if (!entry.getValue().isNumber()) {
        throw reader.invalid("metric " + entry.getKey() + " is no number: " + entry.getValue());
      }
      metrics.put(entry.getKey(), entry.getValue().asDouble());
    }
    return metrics;
  }

  private static ModuleManifest.@Nullable GateVerdict gate(@Nullable Reader gate) {
    if (gate == null) {
      return null;
    }
    List<String> reasons = new ArrayList<>();
    gate.required("reasons").forEach(reason -> reasons.add(reason.asText()));
    return new ModuleManifest.GateVerdict(gate.required("accepted").asBoolean(), reasons);
  }

  /** One object of the file. */
  private record Reader(String name, JsonNode node) {

    JsonNode required(String key) {
      JsonNode value = node.get(key);
      if (value == null || value.isNull()) {
        throw invalid("'" + key + "' is missing");
      }
      return value;
    }

    String text(String key) {
      JsonNode value = required(key);
      if (!value.isTextual()) {
        throw invalid("'%s' must be a string, was %s".formatted(key, value));
      }
      return value.textValue();
    }

    long number(String key) {
      JsonNode value = required(key);
      if (!value.isIntegralNumber() || value.longValue() < 0) {
        throw invalid("'%s' must be a whole number from 0 on, was %s".formatted(key, value));
      }
      return value.longValue();
    }

    @Nullable Reader child(String key) {
      return node.hasNonNull(key) ? new Reader(name + ": " + key, required(key)) : null;
    }

    InvalidModelException invalid(String problem) {
      return new InvalidModelException(name + ": " + problem);
    }
  }
}
