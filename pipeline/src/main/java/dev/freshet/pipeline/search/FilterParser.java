package dev.freshet.pipeline.search;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Filters from JSON. Several fields in one object must all hold.
 *
 * <pre>
 * {"field": value}                                  value: string, number or boolean
 * {"field": {"eq": value}}                          the same; the only way for fields named and, or, not
 * {"field": {"in": [value, ..]}}
 * {"field": {"gt"|"gte": bound, "lt"|"lte": bound}} bound: string or number
 * {"and": [filter, ..]}  {"or": [filter, ..]}  {"not": filter}
 * </pre>
 *
 * An object of operators alone is a condition on the field, also under {@code not}: the field
 * {@code eq} is negated as {@code {"not": {"and": [{"eq": value}]}}}. Thread-safe.
 */
public final class FilterParser {
  /** Filters within filters. */
  public static final int MAX_DEPTH = 16;

  /** Conditions on fields in one filter. */
  public static final int MAX_CONDITIONS = 256;

  /** Values in one list of {@code in}. */
  public static final int MAX_VALUES = 1_024;

  private static final Set<String> OPERATORS = Set.of("eq", "in", "gt", "gte", "lt", "lte");
  private static final String OPERATOR_NAMES = "eq, in, gt, gte, lt, lte";
  private static final int SHOWN = 80;

  private final int maxDepth;
  private final int maxConditions;
  private int conditions;

  private FilterParser(int maxDepth, int maxConditions) {
    this.maxDepth = maxDepth;
    this.maxConditions = maxConditions;
  }

  /**
   * Reads a filter.
   *
   * @throws InvalidFilterException when it is not one, or exceeds a limit
   */
  public static Filter parse(JsonNode json) {
    return new FilterParser(MAX_DEPTH, MAX_CONDITIONS).filter(json, "filter", 1);
  }

  /**
   * Reads what {@link FilterWriter} wrote of a filter that was within the limits once: it is nested
   * deeper, and has more conditions, than people wrote.
   *
   * @throws InvalidFilterException when it is none
   */
  static Filter parseWritten(JsonNode json) {
    return new FilterParser(4 * MAX_DEPTH, 4 * MAX_CONDITIONS).filter(json, "filter", 1);
  }

  private Filter filter(JsonNode json, String path, int depth) {
    if (depth > maxDepth) {
      throw new InvalidFilterException(
          "%s is nested %d deep, at most %d is allowed".formatted(path, depth, maxDepth));
    }
    if (!json.isObject() || json.isEmpty()) {
      throw wrong(path, json, "an object with at least one field");
    }
    List<Filter> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      all.add(entry(field.getKey(), field.getValue(), path + "." + field.getKey(), depth));
    }
    return all.size() == 1 ? all.get(0) : new Filter.And(all);
  }

  private Filter entry(String name, JsonNode value, String path, int depth) {
    boolean combines = name.equals("and") || name.equals("or") || name.equals("not");
    if (!combines || isCondition(value)) {
      return condition(name, value, path);
    }
    if (name.equals("not")) {
      return new Filter.Not(filter(value, path, depth + 1));
    }
    if (!value.isArray() || value.isEmpty()) {
      throw wrong(path, value, "a list of at least one filter");
    }
    List<Filter> parts = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      parts.add(filter(value.get(i), path + "[" + i + "]", depth + 1));
    }
    return name.equals("and") ? new Filter.And(parts) : new Filter.Or(parts);
  }

  private static boolean isCondition(JsonNode value) {
    return value.isObject()
        && !value.isEmpty()
        && value.properties().stream().allMatch(entry -> OPERATORS.contains(entry.getKey()));
  }

  private Filter condition(String field, JsonNode value, String path) {
    if (++conditions > maxConditions) {
      throw new InvalidFilterException(
          "%s is condition %d, at most %d are allowed".formatted(path, conditions, maxConditions));
    }
    if (!value.isObject()) {
      return new Filter.Equal(field, scalar(value, path));
    }
    if (value.isEmpty()) {
      throw wrong(path, value, "a value or at least one of " + OPERATOR_NAMES);
    }
    List<Filter> parts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> operator : value.properties()) {
      String at = path + "." + operator.getKey();
      switch (operator.getKey()) {
        case "eq" -> parts.add(new Filter.Equal(field, scalar(operator.getValue(), at)));
        case "in" -> parts.add(new Filter.In(field, scalars(operator.getValue(), at)));
        case "gt", "gte", "lt", "lte" -> bound(operator.getValue(), at);
        default ->
            throw new InvalidFilterException(
                "%s: %s is no operator, allowed are %s"
                    .formatted(path, operator.getKey(), OPERATOR_NAMES));
      }
    }
    Filter.Range range = range(field, value, path);
    if (range != null) {
      parts.add(range);
    }
    return parts.size() == 1 ? parts.get(0) : new Filter.And(parts);
  }

  private static Filter.@Nullable Range range(String field, JsonNode operators, String path) {
    Object gt = optionalBound(operators, "gt", path);
    Object gte = optionalBound(operators, "gte", path);
    Object lt = optionalBound(operators, "lt", path);
    Object lte = optionalBound(operators, "lte", path);
    return gt == null && gte == null && lt == null && lte == null
        ? null
        : new Filter.Range(field, gt, gte, lt, lte);
  }

  private static @Nullable Object optionalBound(JsonNode operators, String name, String path) {
    JsonNode value = operators.get(name);
    return value == null ? null : bound(value, path + "." + name);
  }

  private static Object bound(JsonNode value, String path) {
    if (!value.isNumber() && !value.isTextual()) {
      throw wrong(path, value, "a number or a string");
    }
    return scalar(value, path);
  }

  private static List<Object> scalars(JsonNode values, String path) {
    if (!values.isArray()) {
      throw wrong(path, values, "a list of strings, numbers and booleans");
    }
    if (values.size() > MAX_VALUES) {
      throw new InvalidFilterException(
          "%s has %d values, at most %d are allowed".formatted(path, values.size(), MAX_VALUES));
    }
    List<Object> scalars = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      scalars.add(scalar(values.get(i), path + "[" + i + "]"));
    }
    return scalars;
  }

  private static Object scalar(JsonNode value, String path) {
    if (value.isTextual()) {
      return value.textValue();
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (!value.isNumber()) {
      throw wrong(path, value, "a string, a number or a boolean; a list goes into {\"in\": [..]}");
    }
    if (!Double.isFinite(value.doubleValue())) {
      throw wrong(path, value, "a number up to " + Double.MAX_VALUE);
    }
    return value.numberValue();
  }

  private static InvalidFilterException wrong(String path, JsonNode value, String allowed) {
    String shown = value.toString();
    return new InvalidFilterException(
        "%s is %s, it must be %s"
            .formatted(
                path, shown.length() <= SHOWN ? shown : shown.substring(0, SHOWN) + "…", allowed));
  }
}
