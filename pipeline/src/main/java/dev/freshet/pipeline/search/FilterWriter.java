package dev.freshet.pipeline.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Filters as JSON, which {@link FilterParser#parseWritten} reads back as equal ones. */
final class FilterWriter {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private FilterWriter() {}

  static ObjectNode write(Filter filter) {
    if (filter instanceof Filter.Equal equal) {
      return condition(equal.field(), operators -> operators.putPOJO("eq", equal.value()));
    }
    if (filter instanceof Filter.In in) {
      return condition(
          in.field(), operators -> in.values().forEach(operators.putArray("in")::addPOJO));
    }
    if (filter instanceof Filter.Range range) {
      return condition(range.field(), operators -> bounds(range, operators::putPOJO));
    }
    if (filter instanceof Filter.And and) {
      return combined("and", and.filters());
    }
    if (filter instanceof Filter.Or or) {
      return combined("or", or.filters());
    }
    // A list between them: the filter alone may look like a condition on a field named not.
    ObjectNode not = JSON.objectNode();
    not.set("not", combined("and", List.of(((Filter.Not) filter).filter())));
    return not;
  }

  private static ObjectNode condition(
      String field, java.util.function.Consumer<ObjectNode> operators) {
    ObjectNode condition = JSON.objectNode();
    operators.accept(condition.putObject(field));
    return condition;
  }

  private static void bounds(Filter.Range range, BiConsumer<String, Object> put) {
    put(put, "gt", range.greaterThan());
    put(put, "gte", range.atLeast());
    put(put, "lt", range.lessThan());
    put(put, "lte", range.atMost());
  }

  private static void put(BiConsumer<String, Object> put, String name, @Nullable Object bound) {
    if (bound != null) {
      put.accept(name, bound);
    }
  }

  private static ObjectNode combined(String name, List<Filter> filters) {
    ObjectNode combined = JSON.objectNode();
    ArrayNode list = combined.putArray(name);
    filters.forEach(filter -> list.add(write(filter)));
    return combined;
  }
}
