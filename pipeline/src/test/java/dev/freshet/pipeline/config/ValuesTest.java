package dev.freshet.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValuesTest {
  @Test
  void whatIsFormattedParsesToAnEqualValue() {
    Random random = new Random(3);
    for (int i = 0; i < 1_000; i++) {
      long number = random.nextLong() >> random.nextInt(63);
      assertThat(Values.parseBytes(Values.formatBytes(number))).isEqualTo(number);
      Duration duration = Duration.ofNanos(number);
      assertThat(Values.parseDuration(Values.formatDuration(duration))).isEqualTo(duration);
    }
  }

  @Test
  void readsShares() {
    assertThat(Values.parse(double.class, " 0.05 ")).isEqualTo(0.05);
    assertThat(Values.format(0.05)).isEqualTo("0.05");
    for (String text : List.of("half", "NaN", "1e999", "")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Values.parse(double.class, text))
          .withMessage("must be a number such as 0.05, was '" + text + "'");
    }
  }

  @Test
  void usesTheLargestUnitThatDivides() {
    assertThat(Values.formatDuration(Duration.ofDays(7))).isEqualTo("7d");
    assertThat(Values.formatDuration(Duration.ofSeconds(90))).isEqualTo("90s");
    assertThat(Values.formatDuration(Duration.ofMillis(1_500))).isEqualTo("1500ms");
    assertThat(Values.formatBytes(256L << 20)).isEqualTo("256MiB");
    assertThat(Values.formatBytes(1_000)).isEqualTo("1000");
  }

  @Test
  void findsTheNearestNameOnlyWhereItIsNear() {
    assertThat(NearestName.of("prt", List.of("host", "port"))).contains("port");
    assertThat(NearestName.of("xyzzy", List.of("host", "port"))).isEmpty();
  }
}
