package dev.freshet.pipeline.search;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A condition on a document's attributes. A document that lacks the attribute does not match a
 * condition on it; {@link Not} turns that round. Immutable and thread-safe.
 */
public sealed interface Filter {

  /** Whether a document with these attributes passes. */
  boolean matches(Map<String, Object> attributes);

  /** The attribute equals the value; numbers compare by value, 1 equals 1.0. */
  record Equal(String field, Object value) implements Filter {
    @Override
    public boolean matches(Map<String, Object> attributes) {
      Object actual = attributes.get(field);
      return actual != null && AttributeValues.equal(actual, value);
    }
  }

  /** The attribute equals one of the values. */
  record In(String field, List<Object> values) implements Filter {
    public In {
      values = List.copyOf(values);
    }

    @Override
    public boolean matches(Map<String, Object> attributes) {
      Object actual = attributes.get(field);
      return actual != null
          && values.stream().anyMatch(value -> AttributeValues.equal(actual, value));
    }
  }

  /**
   * The attribute lies between the bounds: numbers by value, strings by code unit (so ISO dates
   * sort as dates). A value of another kind than the bound does not match.
   */
  record Range(
      String field,
      @Nullable Object greaterThan,
      @Nullable Object atLeast,
      @Nullable Object lessThan,
      @Nullable Object atMost)
      implements Filter {
    @Override
    public boolean matches(Map<String, Object> attributes) {
      Object actual = attributes.get(field);
      return actual != null
          && AttributeValues.within(actual, greaterThan, order -> order > 0)
          && AttributeValues.within(actual, atLeast, order -> order >= 0)
          && AttributeValues.within(actual, lessThan, order -> order < 0)
          && AttributeValues.within(actual, atMost, order -> order <= 0);
    }
  }

  /** Every condition holds. */
  record And(List<Filter> filters) implements Filter {
    public And {
      filters = List.copyOf(filters);
    }

    @Override
    public boolean matches(Map<String, Object> attributes) {
      return filters.stream().allMatch(filter -> filter.matches(attributes));
    }
  }

  /** At least one condition holds. */
  record Or(List<Filter> filters) implements Filter {
    public Or {
      filters = List.copyOf(filters);
    }

    @Override
    public boolean matches(Map<String, Object> attributes) {
      return filters.stream().anyMatch(filter -> filter.matches(attributes));
    }
  }

  /** The condition does not hold. */
  record Not(Filter filter) implements Filter {
    @Override
    public boolean matches(Map<String, Object> attributes) {
      return !filter.matches(attributes);
    }
  }
}
