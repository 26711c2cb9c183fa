package dev.freshet.pipeline.tune;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class TuneJobTest {
  @Test
  void refusesToRunWithoutRounds() {
    FreshetConfig config = ConfigLoader.load(null, Map.of(), Map.of("tune.start", "never"));
    assertThatThrownBy(
            () -> TuneJob.define(StreamExecutionEnvironment.getExecutionEnvironment(), config))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("tune.start is never");
  }
}
