package dev.freshet.pipeline.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BehindTest {
  private final Behind behind = new Behind();

  @Test
  void whatIsSettledIsBehindNoMore() {
    behind.add(List.of("a", "b"));
    behind.changed("c");
    assertThat(behind.size()).isEqualTo(3);
    behind.settle(id -> !id.equals("b"));
    assertThat(behind.ids()).containsExactly("b");
    behind.settle(id -> true);
    assertThat(behind.isEmpty()).isTrue();
  }

  @Test
  void whatIsMissedIsToldFromWhatChangedSince() {
    behind.add(List.of("a"));
    behind.changed("b");
    Map<String, Long> missed = behind.copy();
    assertThat(behind.hasAnyOf(missed)).isTrue();
    behind.changed("a");
    behind.settle(id -> id.equals("b"));
    behind.changed("b");
    behind.changed("c");
    assertThat(behind.hasAnyOf(missed)).isFalse();
    assertThat(behind.hasAnyOf(behind.copy())).isTrue();
  }

  @Test
  void whatChangesWhileItIsLookedAtStaysBehind() {
    behind.add(List.of("found"));
    behind.changed("told");
    behind.settle(
        id -> {
          behind.changed(id);
          return true;
        });
    assertThat(behind.ids()).containsExactlyInAnyOrder("found", "told");
    behind.settle(id -> true);
    assertThat(behind.isEmpty()).isTrue();
  }
}
