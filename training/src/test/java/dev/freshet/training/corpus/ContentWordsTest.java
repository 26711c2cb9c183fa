package dev.freshet.training.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentWordsTest {
  private final ContentWords contentWords = new ContentWords(Set.of("the", "wont"));

  @ParameterizedTest
  @CsvSource({
    "heating, heat",
    "heated, heater",
    "running, runs",
    "dries, dried",
    "drying, dry",
    "batteries, battery",
    "leakage, leakage",
    "vibrates, vibration",
    "warmth, warm",
    "rusty, rust",
    "moisten, moist",
    "loosened, loose"
  })
  void formsOfAWordHaveOneStem(String one, String other) {
    assertThat(ContentWords.stem(one)).isEqualTo(ContentWords.stem(other));
  }

  @ParameterizedTest
  @CsvSource({"fridge, refrigerator", "cold, warm", "ice, icing", "ass, as"})
  void otherWordsHaveOthers(String one, String other) {
    assertThat(ContentWords.stem(one)).isNotEqualTo(ContentWords.stem(other));
  }

  @Test
  void contentLeavesFunctionWordsAndSignsOut() {
    assertThat(contentWords.in("The sub-zero PIPE won't; the pipe!"))
        .containsExactly("sub", "zero", "pipe");
    assertThat(contentWords.stems("pipes, piping")).hasSize(1);
    assertThat(contentWords.in(" ... ")).isEmpty();
  }
}
