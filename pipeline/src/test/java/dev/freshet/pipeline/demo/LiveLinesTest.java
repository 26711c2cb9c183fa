package dev.freshet.pipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LiveLinesTest {
  private final Screen screen = new Screen(true);
  private final LiveLines lines = new LiveLines(screen.terminal());

  @Test
  void whatOthersTellStaysAboveTheLinesThatChange() {
    lines.keep(List.of("before"));
    lines.change("0:01", List.of("one", "two"));
    lines.keep(List.of("a round failed"));
    assertThat(screen.rows())
        .containsExactly("before", "a round failed", "", "0:01", "one", "two", "");
    lines.change("0:02", List.of("three"));
    assertThat(screen.rows()).containsExactly("before", "a round failed", "", "0:02", "three", "");
    lines.clear();
    lines.keep(List.of("over"));
    assertThat(screen.rows()).containsExactly("before", "a round failed", "over", "");
  }

  @Test
  void aLineThatIsTooLongIsCutAndTakenAwayWhole() {
    lines.keep(List.of("before"));
    lines.change("x".repeat(200), List.of("y".repeat(Screen.WIDTH), "z".repeat(Screen.WIDTH + 1)));
    assertThat(screen.rows())
        .containsExactly(
            "before",
            "",
            "x".repeat(Screen.WIDTH - 1) + "…",
            "y".repeat(Screen.WIDTH),
            "z".repeat(Screen.WIDTH - 1) + "…",
            "");
    lines.change("0:02", List.of());
    assertThat(screen.rows()).containsExactly("before", "", "0:02", "");
  }

  @Test
  void aLetterOfTwoCharactersIsNotCutInTwo() {
    assertThat(screen.terminal().cut("a" + "\uD83C\uDF0A".repeat(Screen.WIDTH)))
        .isEqualTo("a" + "\uD83C\uDF0A".repeat(Screen.WIDTH - 2) + "…");
  }
}
