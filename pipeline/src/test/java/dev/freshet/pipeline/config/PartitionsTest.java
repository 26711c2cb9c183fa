package dev.freshet.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "0-3 | 0-3",
        "6, 0 - 2,1-1x | ",
        "0,1,2,6 | 0-2,6",
        "7,5,6 | 5-7",
        "1,3 | 1,3"
      })
  void readsAndWritesRanges(String text, String written) {
    if (written == null) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Partitions.parse(text))
          .withMessageContaining("was '" + text + "'");
    } else {
      assertThat(Partitions.parse(text)).hasToString(written);
      assertThat(Partitions.parse(written)).isEqualTo(Partitions.parse(text));
    }
  }

  @Test
  void isASet() {
    Partitions some = Partitions.parse("0-1,4");
    assertThat(some.overlaps(Partitions.parse("4-5"))).isTrue();
    assertThat(some.overlaps(Partitions.parse("2-3"))).isFalse();
    assertThat(Partitions.first(5).without(some)).hasToString("2-3");
    assertThat(some.with(Partitions.parse("2"))).isEqualTo(Partitions.of(List.of(0, 1, 2, 4)));
    assertThat(Partitions.first(5).containsAll(some)).isTrue();
    assertThat(Partitions.first(4).containsAll(some)).isFalse();
    assertThat(Partitions.NONE.isEmpty()).isTrue();
  }
}
