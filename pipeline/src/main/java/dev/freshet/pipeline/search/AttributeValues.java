package dev.freshet.pipeline.search;

import java.math.BigDecimal;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** How attribute values compare: numbers by value whatever their type, the rest by kind. */
final class AttributeValues {
  private AttributeValues() {}

  static boolean equal(Object a, Object b) {
    if (a instanceof Number x && b instanceof Number y) {
      return compare(x, y) == 0;
    }
    return a.equals(b);
  }

  /** Whether {@code actual} stands to the bound as asked; an absent bound always holds. */
  static boolean within(Object actual, @Nullable Object bound, IntPredicate order) {
    if (bound == null) {
      return true;
    }
    if (actual instanceof Number x && bound instanceof Number y) {
      return order.test(compare(x, y));
    }
    if (actual instanceof String x && bound instanceof String y) {
      return order.test(x.compareTo(y));
    }
    return false;
  }

  private static int compare(Number a, Number b) {
    return decimal(a).compareTo(decimal(b));
  }

  private static BigDecimal decimal(Number number) {
    return number instanceof BigDecimal exact ? exact : new BigDecimal(number.toString());
  }
}
