package dev.freshet.pipeline.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkAlignmentParams;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.SourceTransformation;
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

  /** After an outage one may have been written to much more than the other. */
  @Test
  void neitherTopicIsReadFarAheadOfTheOther() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    TuneJob.define(
        env,
        FreshetConfig.defaults(),
        () -> {
          throw new IllegalStateException("not run here");
        });
    List<WatermarkAlignmentParams> sources =
        env.getTransformations().stream()
            .flatMap(each -> each.getTransitivePredecessors().stream())
            .distinct()
            .filter(SourceTransformation.class::isInstance)
            .map(each -> ((SourceTransformation<?, ?, ?>) each).getWatermarkStrategy())
            .map(WatermarkStrategy::getAlignmentParameters)
            .toList();
    assertThat(sources).hasSize(2).allMatch(WatermarkAlignmentParams::isEnabled);
    assertThat(sources)
        .extracting(WatermarkAlignmentParams::getWatermarkGroup)
        .containsOnly("feedback");
    assertThat(sources)
        .extracting(WatermarkAlignmentParams::getMaxAllowedWatermarkDrift)
        .containsOnly(Duration.ofMinutes(1).toMillis());
  }
}
