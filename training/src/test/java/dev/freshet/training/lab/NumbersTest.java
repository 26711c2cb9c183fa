package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void aShortestTextIsTheNumber() {
    for (double value : new double[] {0.0673, 3e-4, 1.5e-5, 8, 0.001, 1e20, 123456.5, 0.1}) {
      assertThat(Double.parseDouble(Numbers.shortest(value))).isEqualTo(value);
      assertThat(Double.parseDouble(Numbers.rate(value))).isEqualTo(value);
    }
    assertThat(Numbers.shortest(0.0673)).isEqualTo("0.0673");
    assertThat(Numbers.rate(0.01)).isEqualTo("1e-2");
    assertThat(Numbers.rate(2.5e-4)).isEqualTo("2.5e-4");
    assertThat(Numbers.percent(0.0673)).isEqualTo("6.73 %");
  }

  @Test
  void signsAndWhatIsNotThere() {
    assertThat(Numbers.signed(-0.0123, 3)).isEqualTo("−0.012");
    assertThat(Numbers.signed(0.0123, 3)).isEqualTo("+0.012");
    assertThat(Numbers.fixed(-0.0001, 3)).isEqualTo("0.000");
    assertThat(Numbers.fixed(Double.NaN, 3)).isEqualTo("–");
    assertThat(Numbers.rounded(Double.POSITIVE_INFINITY)).isEqualTo("–");
    assertThat(Numbers.percent(Double.NaN, 1)).isEqualTo("–");
    assertThat(Numbers.meanAndDeviation(null, 3)).isEqualTo("–");
  }

  @Test
  void meansSayHowSureTheyAre() {
    assertThat(Numbers.meanAndDeviation(Spread.of(new double[] {0.4, 0.6}), 3))
        .isEqualTo("0.500 ± 0.141");
    assertThat(Numbers.meanAndDeviation(Spread.of(new double[] {0.4}), 3))
        .isEqualTo("0.400 (n = 1)");
    assertThat(Numbers.pValue(0.00099)).isEqualTo("< 0.001");
    assertThat(Numbers.count(1_659_648)).isEqualTo("1,659,648");
  }
}
