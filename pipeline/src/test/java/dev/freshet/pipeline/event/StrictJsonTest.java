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
        .hasMessage("must be JSON: Token count (4000001) exceeds the maximum allowed (4000000)");
  }

  @Test
  void whatIsNestedTooDeepIsRefused() {
    byte[] deep = "[".repeat(2_000).getBytes(UTF_8);
    assertThatThrownBy(() -> StrictJson.parse(deep))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage(
            "must be JSON: Document nesting depth (1001) exceeds the maximum allowed (1000)");
  }
}
