package dev.freshet.pipeline.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttributeValuesTest {
  private static final long BEYOND_DOUBLES = (1L << 53) + 1;

  @Test
  void numbersAreComparedByValueWhateverTheirType() {
    List<Number> ascending =
        List.of(
            new BigInteger("-1" + "0".repeat(30)),
            Long.MIN_VALUE,
            -1.5,
            0,
            0.1,
            1L,
            new BigDecimal("1.0000000000000000000001"),
            1L << 53,
            BEYOND_DOUBLES,
            Long.MAX_VALUE,
            1e30);
    for (int a = 0; a < ascending.size(); a++) {
      for (int b = 0; b < ascending.size(); b++) {
        int expected = Integer.compare(a, b);
        assertThat(
                AttributeValues.within(
                    ascending.get(a), ascending.get(b), order -> Integer.signum(order) == expected))
            .as("%s and %s", ascending.get(a), ascending.get(b))
            .isTrue();
      }
    }
  }

  @Test
  void oneNumberHasManyForms() {
    assertThat(AttributeValues.equal(1, 1.0)).isTrue();
    assertThat(AttributeValues.equal(0.0, -0.0)).isTrue();
    assertThat(AttributeValues.equal(1L, new BigDecimal("1.000"))).isTrue();
    assertThat(AttributeValues.equal(BEYOND_DOUBLES, (double) (1L << 53))).isFalse();
    assertThat(AttributeValues.equal(1, "1")).isFalse();
  }
}
