package dev.freshet.pipeline.search;

import java.math.BigDecimal;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** How attribute values compare: numbers by value whatever their type, the rest by kind. */
final class AttributeValues {
  /** Every whole number up to here is a double. */
  private static final long EXACT_AS_DOUBLE = 1L << 53;

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

  /** A filter asks this of every row that it looks at, so what is common takes no detour. */
  private static int compare(Number a, Number b) {
    if (isWhole(a) && isWhole(b)) {
      return Long.compare(a.longValue(), b.longValue());
    }
    if (isExactAsDouble(a) && isExactAsDouble(b)) {
      double x = a.doubleValue();
      double y = b.doubleValue();
      return x == y ? 0 : Double.compare(x, y); // the two zeros are one number
    }
    return decimal(a).compareTo(decimal(b));
  }

  private static boolean isWhole(Number number) {
    return number instanceof Integer || number instanceof Long;
  }

  private static boolean isExactAsDouble(Number number) {
    return number instanceof Double
        || (isWhole(number) && Math.abs(number.longValue()) <= EXACT_AS_DOUBLE);
  }

  private static BigDecimal decimal(Number number) {
    return number instanceof BigDecimal exact ? exact : new BigDecimal(number.toString());
  }
}
