package dev.freshet.pipeline.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.encoder.Priority;
import org.junit.jupiter.api.Test;

class ServedHereTest {
  @Test
  void theNodeKnowsBestThenTheConductorElseAllAreEqual() {
    String prefix = "served-here-test.";
    assertThat(ServedHere.priority(prefix, 1)).isEqualTo(Priority.SERVED);
    assertThat(ServedHere.priority(prefix, 2)).isEqualTo(Priority.SERVED);

    ServedHere.announced(prefix, 2);
    assertThat(ServedHere.priority(prefix, 1)).isEqualTo(Priority.BUILDING);
    assertThat(ServedHere.priority(prefix, 2)).isEqualTo(Priority.SERVED);
    assertThat(ServedHere.priority("another." + prefix, 1)).isEqualTo(Priority.SERVED);

    ServedHere.set(prefix, 1); // it has not switched yet
    assertThat(ServedHere.priority(prefix, 1)).isEqualTo(Priority.SERVED);
    assertThat(ServedHere.priority(prefix, 2)).isEqualTo(Priority.BUILDING);

    ServedHere.clear(prefix);
    assertThat(ServedHere.priority(prefix, 2)).isEqualTo(Priority.SERVED);
  }
}
