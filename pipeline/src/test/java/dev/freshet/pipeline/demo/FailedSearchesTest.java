package dev.freshet.pipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.app.CommandException;
import org.junit.jupiter.api.Test;

class FailedSearchesTest {
  private final Screen screen = new Screen(false);

  @Test
  void aDemoThatGoesOnServingOnlyTellsWhatFailed() {
    DemoCommand.tellFailures(screen.terminal(), 1, 2_000, "no answer\nin time", false);
    assertThat(screen.rows())
        .containsExactly("1 of 2,000 searches failed, the last one: no answer in time", "");
  }

  @Test
  void aDemoThatEndsFailsWithWhatFailed() {
    assertThatThrownBy(
            () -> DemoCommand.tellFailures(screen.terminal(), 1, 2_000, "no answer", true))
        .isInstanceOf(CommandException.class)
        .hasMessage("1 of 2,000 searches failed, the last one: no answer");
  }

  @Test
  void whereNothingFailedNothingIsTold() {
    DemoCommand.tellFailures(screen.terminal(), 0, 2_000, "", true);
    assertThat(screen.rows()).containsExactly("");
  }
}
