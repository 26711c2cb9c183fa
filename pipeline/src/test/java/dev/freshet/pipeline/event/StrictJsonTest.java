package dev.freshet.pipeline.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StrictJsonTest {
  @Test
  void whatIsShortMustNotTakeAllMemory() throws Exception {
    String half = "{},".repeat(StrictJson.MAX_TOKENS / 4);
    assertThat(StrictJson.parse(("[" + half + "1]").getBytes(UTF_8))).isNotEmpty();
    byte[] twice = ("[" + half + half + "1]").getBytes(UTF_8);
    assertThatThrownBy(() -> StrictJson.parse(twice))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("Token count (2000001) exceeds the maximum allowed (2000000)");
  }

  @Test
  void whatIsNestedTooDeepIsRefused() {
    byte[] deep = "[".repeat(2_000).getBytes(UTF_8);
    assertThatThrownBy(() -> StrictJson.parse(deep))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("nesting depth (1001) exceeds the maximum allowed (1000)");
  }
}
